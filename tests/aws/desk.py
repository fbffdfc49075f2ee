"""What stands in the two tables, read with AWS's own SDK for Python; and what a test does to it
that no function would."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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

    def __init__(self, url: str, ledger: str, desk: str, key: str = CREDENTIALS["AWS_ACCESS_KEY_ID"]):
        account = ACCOUNT | {"aws_access_key_id": key}
        dynamodb = boto3.resource("dynamodb", endpoint_url=url, **account)
        self.ledger, self.desk = dynamodb.Table(ledger), dynamodb.Table(desk)

    def number(self, login: str) -> int:
        """The number of the client with this login."""
        key = {"pk": f"W#{login}", "sk": "W"}
        holders = self.desk.get_item(Key=key, ConsistentRead=True)["Item"]["holders"]
        return next(int(holder["client"]) for holder in holders if holder["by"] == "login")

    def totals(self, login: str, kind: str) -> Totals:
        """The client's credits, read strongly from its account."""
        key = {"pk": f"C#{self.number(login)}", "sk": "ACCOUNT"}
        account = self.ledger.get_item(Key=key, ConsistentRead=True)["Item"]
        sums = account["t"][kind]
        return Totals(balance=int(sums["g"] - sums["u"]), entries=int(account["n"]))

    def owners(self) -> list[int]:
        """The numbers of the owners; nobody before the desk has begun."""
        key = {"pk": "OWNERS", "sk": "OWNERS"}
        item = self.ledger.get_item(Key=key, ConsistentRead=True).get("Item", {})
        return [int(staff) for staff in item.get("staff", ())]

    def audited(self, staff: int, month: str) -> list[dict]:
        """The audit trail of a staff member, by number, and month (`yyyymm`)."""
        return self._all(f"AUDIT#{staff}#{month}")

    def job(self, op: str) -> dict | None:
        """The job of an operation, if something of it is still to be done."""
        jobs = (job for shard in range(16) for job in self._all(f"JOB#{shard}"))
        return next((job for job in jobs if job["op"] == op), None)

    def waiting(self, op: str) -> dict | None:
        """That job, if it is due only later."""
        job = self.job(op)
        return job if job and job["due"] > f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" else None

    def exhaust(self, job: dict):
        """Makes it the job whose last effects were tried as often as they may be, in vain."""
        due = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"
        worn = job | {"due": due, "sk": f"{due[:-1]}.000Z#{job['sk'].partition('#')[2]}"}
        for effect in (effect for effect in worn["effects"] if not effect["done"]):
            effect.update(due=due, tries=99)
        self.desk.put_item(Item=worn)
        self.desk.delete_item(Key={"pk": job["pk"], "sk": job["sk"]})

    def waiting_plans(self) -> list[dict]:
        """The plans that wait for an approval."""
        return [plan for plan in self._marked_plans() if plan["state"] == "awaits_approval"]

    def _marked_plans(self) -> list[dict]:
        """The plans whose marks say that they wait, and each of them does."""
        keys = [{"pk": f"PLAN#{mark['sk']}", "sk": "P"} for mark in self._all("PLAN")]
        plans = [self.desk.get_item(Key=key, ConsistentRead=True)["Item"] for key in keys]
        assert all(plan["state"].startswith("awaits_") for plan in plans), plans
        return plans

    def overdue_plan(self) -> str:
        """Lets the time of the plan that waits for an approval be over; its operation."""
        plan, = self.waiting_plans()
        assert "exp" in plan, plan
        self.desk.put_item(Item=plan | {"exp": 1_767_225_600_000})
        return plan["pk"].removeprefix("PLAN#")

    def falsify(self, login: str) -> int:
        """Falsifies a client's balance, behind the ledger's back; how many entries it has."""
        key = {"pk": f"C#{self.number(login)}", "sk": "ACCOUNT"}
        account = self.ledger.get_item(Key=key)["Item"]
        account["t"]["sms"]["g"] += 1
        self.ledger.put_item(Item=account)
        return int(account["n"])

    def days(self, login: str) -> list[dict]:
        """The closed days of a client."""
        of = Key("pk").eq(f"DAY#{self.number(login)}")
        return self.ledger.query(KeyConditionExpression=of, ConsistentRead=True)["Items"]

    def summed(self) -> bool:
        """Whether a sweep has come to its last part, the summary."""
        return bool(self._all("SUMMARY"))

    def frozen(self, login: str) -> bool:
        """Whether staff money operations of the client are stopped."""
        key = {"pk": f"C#{self.number(login)}", "sk": "ACCOUNT"}
        return self.ledger.get_item(Key=key, ConsistentRead=True)["Item"].get("fz", False)

    def set_back_rounds(self, days: int, client: int, entries: int):
        """Sets the sweep's rounds back by some days, with a client's account under suspicion."""
        now = datetime.now(UTC)
        suspect = {
            "client": client, "entries": entries,
            "at": f"{now - timedelta(minutes=2):%Y-%m-%dT%H:%M:%SZ}",
        }
        self.desk.put_item(Item={
            "pk": "SWEEP", "sk": "SWEEP", "closed": f"{now - timedelta(days=days):%Y-%m-%d}",
            "closing": 0, "proving": 0, "summing": 0, "suspects": [suspect],
        })

    def _all(self, partition: str) -> list[dict]:
        """The items of a partition of the desk table."""
        of = Key("pk").eq(partition)
        return self.desk.query(KeyConditionExpression=of, ConsistentRead=True)["Items"]
