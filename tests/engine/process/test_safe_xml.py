import pytest

from engine.errors import InvalidDiagram
from engine.process import safe_xml
from engine.process.safe_xml import parse_xml

LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
REFUSED = {
    "laughs": LAUGHS,
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "external dtd": b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
    "harmless dtd": b"<!DOCTYPE a><a/>",
    "dtd in utf-16": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"),
    "dtd in utf-7": b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
    "latin 1": '<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>'.encode("latin-1"),
    "unknown entity": b"<a>&x;</a>",
    "not closed": b"<a>",
    "empty": b"",
    "too large": b"<a>" + b" " * safe_xml.MAX_BYTES + b"</a>",
    "too deep": b"<a>" * 61 + b"</a>" * 61,
    "too many": b"<a>" + b"<b/>" * safe_xml.MAX_ELEMENTS + b"</a>",
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_xml_is_refused_with_the_name_of_the_file(name):
    with pytest.raises(InvalidDiagram) as refusal:
        parse_xml("some.bpmn", REFUSED[name])
    assert refusal.value.findings[0].startswith("some.bpmn: ")


@pytest.mark.parametrize(
    "content",
    ['<?xml version="1.0" encoding="UTF-8"?><a>Đề nghị</a>', "<a>Đề nghị</a>"],
    ids=["declared", "undeclared"],
)
def test_vietnamese_text_is_read(content):
    assert parse_xml("some.bpmn", content.encode()).text == "Đề nghị"
