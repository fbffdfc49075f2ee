"""The events in which AWS wraps an HTTP request: those of a REST API, of an HTTP API and of a function
URL, each with the body as text and in base 64, and with names of headers in any case.

The template makes an HTTP API without a named stage, which sends names in lower case and a form in
base 64; the others do otherwise, and a desk may stand behind any of them.
"""

import base64
import itertools
import json
from urllib.request import Request, urlopen

import discord
import doors
import slack

NAMES = (str, str.lower, str.upper)
HOST = "api.example"


def of_http_api(path: str, body: str, encoded: bool, headers: dict[str, str]) -> dict:
    """An HTTP API's, payload format 2.0."""
    return {
        "version": "2.0", "routeKey": f"POST {path}", "rawPath": path, "rawQueryString": "",
        "headers": headers, "body": body, "isBase64Encoded": encoded,
        "requestContext": {
            "accountId": "123456789012", "apiId": "api", "domainName": HOST, "domainPrefix": "api",
            "requestId": "id", "routeKey": f"POST {path}", "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1_583_348_638_390,
            "http": {
                "method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1",
                "userAgent": "agent",
            },
        },
    }


def of_function_url(path: str, body: str, encoded: bool, headers: dict[str, str]) -> dict:
    """A function URL's: the same format, and another context."""
    event = of_http_api(path, body, encoded, headers)
    event["routeKey"] = event["requestContext"]["routeKey"] = "$default"
    event["requestContext"] |= {
        "authorizer": None, "domainName": "id.lambda-url.eu-west-2.on.aws",
    }
    return event


def of_rest_api(path: str, body: str, encoded: bool, headers: dict[str, str]) -> dict:
    """A REST API's, payload format 1.0."""
    return {
        "resource": path, "path": path, "httpMethod": "POST", "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None, "multiValueQueryStringParameters": None,
        "pathParameters": None, "stageVariables": None,
        "body": body, "isBase64Encoded": encoded,
        "requestContext": {
            "accountId": "123456789012", "apiId": "api", "httpMethod": "POST", "path": path,
            "protocol": "HTTP/1.1", "requestId": "id", "resourceId": "r", "resourcePath": path,
            "stage": "prod", "requestTimeEpoch": 1_583_348_638_390,
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "agent"},
        },
    }


def of_staged_http_api(path: str, body: str, encoded: bool, headers: dict[str, str]) -> dict:
    """An HTTP API's that has a named stage, which stands in the path."""
    event = of_http_api(f"/prod{path}", body, encoded, headers)
    event["requestContext"]["stage"] = "prod"
    return event


SHAPES = {
    "HTTP API": of_http_api, "HTTP API with a stage": of_staged_http_api,
    "function URL": of_function_url, "REST API": of_rest_api,
}


def invoke(url: str, event: dict) -> tuple[int, str]:
    """Calls a function with an event; the status and the body of the HTTP answer."""
    with urlopen(Request(url, json.dumps(event).encode()), timeout=30) as answer:
        said = json.load(answer)
    body = said["body"] or ""
    return said["statusCode"], base64.b64decode(body).decode() if said["isBase64Encoded"] else body


def posted() -> tuple:
    """What both platforms post now: path, body, headers, and what the answer says; nothing if it is
    refused."""
    asks = "addcredit mms — “x” 🚕"
    form = slack.body(f"/desk help {asks}").encode()
    command = doors.json_of(discord.command("help", what=asks))
    return (
        (slack.COMMANDS, form, slack.signed(form.decode()), "Add MMS credits"),
        (discord.INTERACTIONS, discord.PING, discord.signed(discord.PING), '{"type":1}'),
        (discord.INTERACTIONS, command, discord.signed(command), "Add MMS credits"),
        (slack.COMMANDS, form, slack.signed(form.decode(), secret="0" * 32), None),
        (discord.INTERACTIONS, command, discord.signed(discord.PING), None),
    )


def wrap(url: str) -> int:
    """What both platforms post is understood in whatever event it comes, and what is forged refused;
    how many events that were."""
    events = 0
    for (shape, event), encoded, name in itertools.product(SHAPES.items(), (False, True), NAMES):
        for path, body, headers, says in posted():
            text = base64.b64encode(body).decode() if encoded else body.decode()
            named = {name(key): value for key, value in headers.items()}
            status, said = invoke(url, event(path, text, encoded, named))
            case = f"{shape}, {path}, base 64 {encoded}, {name('Name')}"
            right = status == 401 if says is None else status == 200 and says in said
            assert right, f"{case}: {status} {said}"
            events += 1
    return events
