"""Least privilege: what the deployed roles may do is exactly what tests/data/iam.toml says.

No emulator enforces IAM, so the template's statements, after SAM has added its own, are put into
the few words of that table and compared with it line by line. Some things hold for any role,
whatever the table says; they are checked besides.
"""

import difflib
import json
import sys
import tomllib

import template
from server import ROOT

GOLDEN = ROOT / "tests" / "data" / "iam.toml"

# The conditions that a statement may carry, and the word for each in the table.
CONDITIONS = {
    ("ForAllValues:StringLike", "dynamodb:LeadingKeys"): "items",
    ("ForAnyValue:StringLike", "dynamodb:LeadingKeys"): "items",
    ("ForAnyValue:StringEquals", "dynamodb:EnclosingOperation"): "inside",
    ("ForAllValues:StringNotEquals", "dynamodb:EnclosingOperation"): "outside",
    ("StringEquals", "ses:FromAddress"): "sender",
}

# What no statement may allow on any table, and what it may allow on the ledger only so.
FORBIDDEN = {"dynamodb:BatchWriteItem", "dynamodb:Scan"}
WRITES = {
    "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
}


def listed(value) -> list:
    """A list, where IAM also lets a single value stand for itself."""
    return value if isinstance(value, list) else [value]


def named(value) -> str:
    """A resource or value in one word: the logical name it refers to, or the text itself."""
    if isinstance(value, str):
        return value
    (function, argument), = value.items()
    if function == "Fn::GetAtt":
        return argument[0] if isinstance(argument, list) else argument.split(".")[0]
    if function in ("Ref", "Fn::Sub"):
        return argument
    raise ValueError(f"no word for {json.dumps(value)}")


def sentence(statement: dict) -> dict:
    """A statement in the words of the table."""
    assert not {"NotAction", "NotResource", "NotPrincipal"} & statement.keys(), statement
    verb = {"Allow": "may", "Deny": "never"}[statement["Effect"]]
    words = {
        verb: sorted(listed(statement["Action"])),
        "on": sorted(named(resource) for resource in listed(statement["Resource"])),
    }
    for operator, tests in statement.get("Condition", {}).items():
        for key, value in tests.items():
            words[CONDITIONS[operator, key]] = sorted(named(one) for one in listed(value))
    return words


def sentences(policies: list[dict]) -> list[dict]:
    """All statements of some policies."""
    return [
        sentence(statement)
        for policy in policies
        for statement in listed(policy["PolicyDocument"]["Statement"])
    ]


def of_template(resources: dict) -> dict[str, list[dict]]:
    """Who may do what: by role or shared policy, in the words of the table."""
    found = {}
    for name, resource in resources.items():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::IAM::Role":
            found[name] = sentences(properties["Policies"])
        elif resource["Type"] == "AWS::IAM::ManagedPolicy":
            found[name] = sentences([properties])
        else:
            assert not resource["Type"].startswith("AWS::IAM::"), name
    return found


def of_function(resources: dict, name: str) -> list[dict]:
    """What the function with this program may do, its role's shared policy included."""
    function, = (r["Properties"] for r in resources.values() if r["Type"] == "AWS::Lambda::Function"
                 and r["Metadata"]["BuildProperties"]["Binary"] == name)
    table = of_template(resources)
    return table[named(function["Role"])] + table["EveryFunction"]


def lines(table: dict[str, list[dict]]) -> list[str]:
    """One line a statement, in an order that does not depend on who wrote it first."""
    def line(who: str, words: dict) -> str:
        order = ("may", "never", "on", "items", "inside", "outside", "sender")
        parts = (f"{word} {' '.join(sorted(listed(words[word])))}" for word in order if word in words)
        return f"{who}: {', '.join(parts)}"

    return sorted(line(who, words) for who, statements in table.items() for words in statements)


def broken_rules(resources: dict, table: dict[str, list[dict]]) -> list[str]:
    """What no role may be, whatever the table allows."""
    broken = []
    functions = {n: r["Properties"] for n, r in resources.items() if r["Type"] == "AWS::Lambda::Function"}
    roles = [named(function["Role"]) for function in functions.values()]
    if len(set(roles)) != len(functions):
        broken.append("two functions share a role")
    for role in roles:
        properties = resources[role]["Properties"]
        if [named(policy) for policy in properties["ManagedPolicyArns"]] != ["EveryFunction"]:
            broken.append(f"{role}: its only shared policy is to be EveryFunction")
        trusted = [s["Principal"] for s in properties["AssumeRolePolicyDocument"]["Statement"]]
        if trusted != [{"Service": "lambda.amazonaws.com"}]:
            broken.append(f"{role}: may be assumed by {trusted}")
    for who, statements in table.items():
        for words in (words for words in statements if "may" in words):
            if any("*" in action or action in FORBIDDEN for action in words["may"]):
                broken.append(f"{who}: an action too wide: {words['may']}")
            if "*" in words["on"] and not all(action.startswith("xray:") for action in words["may"]):
                broken.append(f"{who}: any resource: {words['may']}")
            if "LedgerTable" in words["on"] and WRITES & set(words["may"]):
                if words.get("inside") != ["TransactWriteItems"] or "items" not in words:
                    broken.append(f"{who}: writes the ledger outside a transaction")
                if "dynamodb:DeleteItem" in words["may"]:
                    broken.append(f"{who}: deletes from the ledger")
    return broken


def main() -> int:
    """Compares, and says where the two differ."""
    resources = template.deployed()["Resources"]
    found = of_template(resources)
    golden = tomllib.loads(GOLDEN.read_text())
    expected, actual = lines(golden), lines(found)
    difference = list(difflib.unified_diff(expected, actual, GOLDEN.name, "template.yaml", n=0, lineterm=""))
    broken = broken_rules(resources, found)
    for line in difference + broken:
        print(line, file=sys.stderr)
    print(f"privileges: {len(found)} roles and policies, {len(actual)} statements, "
          f"{'as the table says' if not difference and not broken else 'NOT as they should be'}")
    return 1 if difference or broken else 0


if __name__ == "__main__":
    sys.exit(main())
