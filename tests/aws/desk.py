"""What stands in the two tables, read with AWS's own SDK for Python."""

from dataclasses import dataclass

import boto3
from boto3.dynamodb.conditions import Key

from server import CREDENTIALS


def client(service: str, url: str):
    """A client of one service of an emulated account."""
    return boto3.client(service, endpoint_url=url, **ACCOUNT)


ACCOUNT = {
    "region_name": CREDENTIALS["AWS_REGION"],
    "aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"],
    "aws_secret_access_key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
}


@dataclass(frozen=True)
class Totals:
    """A client's credits of one kind, and how many entries its account has."""

    balance: int
    entries: int


class Tables:
    """The ledger and the desk table at an address."""

    def __init__(self, url: str, ledger: str, desk: str):
        dynamodb = boto3.resource("dynamodb", endpoint_url=url, **ACCOUNT)
        self.ledger, self.desk = dynamodb.Table(ledger), dynamodb.Table(desk)

    def number(self, login: str) -> str:
        """The number of the client with this login, found as a command finds it."""
        terms = Key("pk").eq(f"T#{login[:2]}") & Key("sk").begins_with(f"{login}#")
        found, = self.desk.query(KeyConditionExpression=terms)["Items"]
        return found["sk"].rpartition("#")[2]

    def totals(self, login: str, kind: str) -> Totals:
        """The client's credits, read strongly from its account."""
        key = {"pk": f"C#{self.number(login)}", "sk": "ACCOUNT"}
        account = self.ledger.get_item(Key=key, ConsistentRead=True)["Item"]
        sums = account["t"][kind]
        return Totals(balance=int(sums["g"] - sums["u"]), entries=int(account["n"]))

    def audited(self, staff: str, month: str) -> list[dict]:
        """The audit trail of a staff member, by number, and month (`yyyymm`)."""
        of = Key("pk").eq(f"AUDIT#{staff}#{month}")
        return self.desk.query(KeyConditionExpression=of)["Items"]

    def swept(self) -> bool:
        """Whether the sweep has made a round."""
        return "Item" in self.desk.get_item(Key={"pk": "SWEEP", "sk": "SWEEP"})
