from risk.reference.home import cache_folder, config_folder, data_folder


def test_one_variable_moves_everything(monkeypatch, tmp_path):
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "cache"
    assert data_folder() == tmp_path / "data"
    assert config_folder() == tmp_path / "config"


def test_without_it_the_user_folders_serve(monkeypatch, tmp_path):
    monkeypatch.delenv("DENIAL_RISK_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "o"))
    assert cache_folder().name == data_folder().name == config_folder().name == "denial-risk"
    assert cache_folder() != data_folder()
