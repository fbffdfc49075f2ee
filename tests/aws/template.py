"""The deployment template, read as data."""

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from server import CREDENTIALS, ROOT

BUCKET = "code"


def packaged() -> dict:
    """The template with every function's code at its place in the bucket."""
    template = yaml_parse((ROOT / "infra" / "template.yaml").read_text())
    for name, function in functions(template).items():
        function["CodeUri"] = f"s3://{BUCKET}/{name}.zip"
    return template


def functions(template: dict) -> dict[str, dict]:
    """The functions, by the name of their program."""
    return {
        resource["Metadata"]["BuildProperties"]["Binary"]: resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def deployed() -> dict:
    """What CloudFormation makes of it: everything that SAM adds is in it."""
    session = boto3.Session(region_name=CREDENTIALS["AWS_REGION"])
    return Translator({}, Parser(), boto_session=session).translate(packaged(), {})
