"""The folder of authorities that an office trusts: what stands in it, or the start fails."""

import pytest

from engine.errors import UnsafeSettings
from engine.trust_roots import read_roots
from tests.signing import CA, authority, holder
from webapp.settings import Settings

SECRET = "0123456789abcdef" * 3


def test_without_a_folder_nobody_is_trusted():
    assert read_roots(None) == ()


def test_certificates_are_read_as_pem_and_as_der(tmp_path):
    other = authority("Tổ chức chứng thực Khác")
    (tmp_path / "a.pem").write_bytes(authority(CA).pem)
    (tmp_path / "b.cer").write_bytes(other.root)
    (tmp_path / "README.txt").write_text("which authorities, and who put them here")
    settings = Settings(secret_key=SECRET, signature_roots=tmp_path)
    assert settings.trust_roots == (authority(CA).root, other.root)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="no certificate"),
        pytest.param(b"", id="an empty file"),
        pytest.param(b"-----BEGIN CERTIFICATE-----\nAAAA\n", id="half a certificate"),
        pytest.param(authority(CA).pem * 2, id="two certificates"),
        pytest.param(holder().pem, id="the certificate of a person"),
    ],
)
def test_a_folder_without_authorities_does_not_start(tmp_path, content):
    if content is not None:
        (tmp_path / "a.pem").write_bytes(content)
    with pytest.raises(UnsafeSettings):
        Settings(secret_key=SECRET, signature_roots=tmp_path)


def test_a_folder_that_is_not_there_does_not_start(tmp_path):
    with pytest.raises(UnsafeSettings):
        Settings(secret_key=SECRET, signature_roots=tmp_path / "none")
