"""The function that `credits` is weighed against: the same start, in Python with boto3.

It makes its DynamoDB client while it initialises, as any careful function does, and reads one item.
"""

import os

import boto3

dynamodb = boto3.client("dynamodb")


def handle(event, context):
    """Whether there is an item under the given key."""
    key = {"pk": {"S": event["pk"]}, "sk": {"S": event["sk"]}}
    return {"found": "Item" in dynamodb.get_item(TableName=os.environ["LEDGER_TABLE"], Key=key)}
