"""``thidua sign`` at the command line."""

from tests.engine.test_signing import ISSUED, PASSWORD, check, key_file


def test_a_paper_is_signed_into_another_file(thidua, tmp_path, monkeypatch):
    monkeypatch.setenv("SIGN_PASSWORD", PASSWORD)
    (tmp_path / "paper.pdf").write_bytes(ISSUED)
    (tmp_path / "key.p12").write_bytes(key_file())
    said = thidua("sign", "paper.pdf", "--key", "key.p12", "-o", "signed.pdf").stdout
    assert said == "signed.pdf: signed.\n"
    assert check((tmp_path / "signed.pdf").read_bytes()).signatures[0].name == "Đặng Văn Ký"
    assert (tmp_path / "paper.pdf").read_bytes() == ISSUED


def test_a_wrong_password_leaves_no_file(thidua, tmp_path, monkeypatch):
    monkeypatch.setenv("SIGN_PASSWORD", "sai")
    (tmp_path / "paper.pdf").write_bytes(ISSUED)
    (tmp_path / "key.p12").write_bytes(key_file())
    refused = thidua("sign", "paper.pdf", "--key", "key.p12", "-o", "signed.pdf", code=1)
    assert "with this password" in refused.stderr
    assert not (tmp_path / "signed.pdf").exists()
