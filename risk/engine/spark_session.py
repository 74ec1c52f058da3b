"""A Spark session, or one line that says why there is none."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from importlib.util import find_spec
from typing import Any

from risk.engine.spark_tasks import told_by
from risk.errors import DenialRiskError

#: Oldest Java that Spark 4 runs on.
JAVA = 17

#: What is settled unless the user's own configuration says otherwise: no page on this machine's network, no bars.
_SETTINGS = {"spark.ui.showConsoleProgress": "false"}
_LOCAL_SETTINGS = {"spark.ui.enabled": "false"}

#: Seconds to wait for a master to answer.
_PATIENCE = 5.0


@contextmanager
def spark_session(master: str | None) -> Iterator[Any]:
    """The session that is active, else one of its own, which ends with the block.

    Raises :class:`DenialRiskError` where PySpark or Java is missing, or the master cannot be reached; and for what
    goes wrong inside, told without the text of Spark's exceptions.
    """
    require_pyspark()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark warns of pandas 3, whose tables it never gets from us
        from pyspark.sql import SparkSession

        active = SparkSession.getActiveSession()
        session = active or start(master)
        try:
            with _failures_told():
                yield session
        finally:
            if active is None:
                with suppress(Exception):  # it may be gone already
                    session.stop()


def require_pyspark() -> None:
    """Raise :class:`DenialRiskError` where PySpark or a Java that it runs on is missing."""
    if find_spec("pyspark") is None:
        raise DenialRiskError("--engine spark", "expected PySpark", "pip install 'denial-risk[spark]'")
    _require_java()


def start(master: str | None, settings: Mapping[str, str] | None = None) -> Any:
    """Start a session; ``settings`` are Spark's own.

    Raises :class:`DenialRiskError` where there is no master, or Spark does not start.
    """
    from pyspark.sql import SparkSession

    local = master is None or master.startswith("local")
    if not local:
        _require_master(str(master))
    builder = SparkSession.builder.appName("denial-risk")
    if master is not None:
        builder = builder.master(master)
    for name, value in (_SETTINGS | (_LOCAL_SETTINGS if local else {}) | dict(settings or {})).items():
        builder = builder.config(name, value)
    with _quiet_start(), _this_python() if local else nullcontext():
        try:
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("ERROR" if _debugging() else "OFF")
        except Exception as error:
            if _debugging():
                raise
            raise DenialRiskError(
                f"--master {master}" if master else "Spark",
                f"expected a Spark that starts: {_kind(error)}",
                "check the master and Spark's configuration; DENIAL_RISK_DEBUG=1 shows what it says",
            ) from None
    return session


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java")  # noqa: PTH118
    needed = f"expected Java {JAVA} or newer"
    if java is None:
        raise DenialRiskError("--engine spark", f"{needed}, found none", "install it, or set JAVA_HOME")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603  the user's Java
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if version is None or int(version[1]) < JAVA:
        found = f"found {version[1]}" if version else "found one that does not run"
        raise DenialRiskError("--engine spark", f"{needed}, {found}", "install it, or set JAVA_HOME")


def _require_master(master: str) -> None:
    """Look whether anybody is there: Spark itself tries for a minute, and says so in many lines."""
    hosts = re.fullmatch(r"spark://([^/]+)", master)
    for place in hosts[1].split(",") if hosts else ():
        host, _, port = place.rpartition(":")
        if not host or not port.isdigit():
            raise DenialRiskError(f"--master {master}", "expected spark://HOST:PORT")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
        except OSError:
            continue
        return
    if hosts:
        raise DenialRiskError(f"--master {master}", "no master answers there", "check host and port")


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Keep what Java says for itself from stderr, which is for us: lines, not pages. Its process keeps no other."""
    if _debugging() or sys.stderr is None:
        yield
        return
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


@contextmanager
def _this_python() -> Iterator[None]:
    """Executors of this machine run the Python of this process, unless the user named one.

    Else Spark takes the first one of the PATH, which need not have denial-risk. It goes by this variable and by no
    setting.
    """
    named = "PYSPARK_PYTHON" in os.environ
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        yield
    finally:
        if not named:
            del os.environ["PYSPARK_PYTHON"]


@contextmanager
def _failures_told() -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, ConnectionError) as error:
        if _debugging():
            raise
        text = str(error)
        if (told := told_by(text)) is not None:
            raise told from None
        if isinstance(error, ConnectionError) or "stopped SparkContext" in text:
            expected, hint = "the connection to Spark was lost", "run it again; its logs say why"
        elif "ExecutorLostFailure" in text or "OutOfMemoryError" in text:
            expected = "executors were ended from outside, perhaps for want of memory"
            hint = "give them more (docs/spark.md), and run it again"
        else:
            expected, hint = f"a job failed: {_kind(error)}", "DENIAL_RISK_DEBUG=1 shows what Spark says"
        raise DenialRiskError("Spark", expected, hint) from None


def _kind(error: Exception) -> str:
    """Kind of the innermost exception of Java, else of Python; their texts may hold anything."""
    causes = re.findall(r"(?:Caused by: |^: )([\w.$]+(?:Exception|Error))\b", str(error), re.MULTILINE)
    return (causes[-1] if causes else type(error).__name__).rsplit(".", 1)[-1]


def _debugging() -> bool:
    return bool(os.environ.get("DENIAL_RISK_DEBUG"))
