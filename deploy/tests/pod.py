"""The pod of the overlay `backup`, without a cluster: its processes, its volume, and a folder for the bucket.

The commands of its containers are those of the rendered overlay. LIKEMIND_BINARY, LITESTREAM and KUBECTL are
the programs."""

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import yaml

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
PROGRAMS = [os.environ.get(name) for name in ("LIKEMIND_BINARY", "LITESTREAM", "KUBECTL")]
LIKEMIND, LITESTREAM, KUBECTL = PROGRAMS

# Nothing here takes long; this is for a machine that is busy with other things.
PATIENCE = 120


def rendered():
    overlay = os.path.join(ROOT, "deploy", "k8s", "overlays", "backup")
    text = subprocess.run([KUBECTL, "kustomize", overlay], check=True, capture_output=True).stdout
    return list(yaml.safe_load_all(text))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def responds(address):
    try:
        return urllib.request.urlopen(address, timeout=30).status == 200
    except (urllib.error.URLError, OSError):
        return False


def until(condition, what):
    """Polls until a condition holds, and returns what it returned."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"expected within {PATIENCE} s: {what}")


class Pod:
    """The processes of a pod, its volume and the bucket."""

    def __init__(self, folder):
        self.folder = folder
        self.data = os.path.join(folder, "data")
        self.database = os.path.join(self.data, "likemind.db")
        self.url = f"http://127.0.0.1:{free_port()}"
        self.metrics = f"127.0.0.1:{free_port()}"
        self.service = self.litestream = None
        documents = rendered()
        pod = next(d for d in documents if d["kind"] == "StatefulSet")["spec"]["template"]["spec"]
        self.restore, self.replicate = (c["args"] for c in pod["initContainers"])
        settings = [d["data"] for d in documents if d["kind"] == "ConfigMap"]
        config = next(data["litestream.yml"] for data in settings if "litestream.yml" in data)
        self.log = open(os.path.join(folder, "log"), "a", encoding="utf-8")
        self.config = os.path.join(folder, "litestream.yml")
        os.mkdir(self.data)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(config.replace("/data", self.data).replace(":9090", self.metrics))

    def start(self):
        """Runs the containers in the order of Kubernetes."""
        os.makedirs(self.data, exist_ok=True)
        assert self.wait_for_litestream(self.restore) == 0
        self.start_litestream(self.replicate)
        listen = self.url.removeprefix("http://")
        serve = [LIKEMIND, "--db", self.database, "serve", "--listen", listen]
        self.service = subprocess.Popen(serve, stdout=self.log, stderr=self.log)
        until(lambda: responds(f"{self.url}/healthz"), "a service that responds")

    def stop(self):
        """Stops the containers in the order of Kubernetes: the service first, the sidecar last."""
        for process in (self.service, self.litestream):
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0, f"expected exit code 0, found {process.returncode}"

    def kill(self):
        for process in (self.service, self.litestream):
            if process:
                process.kill()
                process.wait()

    def close(self):
        """Ends what is left, and deletes the folder."""
        self.kill()
        self.log.close()
        shutil.rmtree(self.folder)

    def lose_volume(self):
        shutil.rmtree(self.data)

    def start_litestream(self, arguments):
        """Runs Litestream with these arguments, in which /data is the volume and /config has the configuration."""
        folders = {"/data": self.data, "/config": self.folder}
        command, *rest = (
            re.sub("^/data|^/config", lambda found: folders[found[0]], argument)
            for argument in arguments
        )
        configured = [] if "-config" in rest else ["-config", self.config]
        environment = {**os.environ, "REPLICA_URL": f"file://{self.folder}/bucket"}
        self.litestream = subprocess.Popen(
            [LITESTREAM, command, *configured, *rest], env=environment, stdout=self.log, stderr=self.log
        )
        return self.litestream

    def wait_for_litestream(self, arguments):
        """The exit code of a command that ends."""
        running = self.litestream
        code = self.start_litestream(arguments).wait(PATIENCE)
        self.litestream = running
        return code

    def is_ready(self):
        return responds(f"{self.url}/readyz")

    def rate(self, user, item, rating):
        body = json.dumps({"rating": rating}).encode()
        address = f"{self.url}/v1/users/{user}/ratings/{item}"
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method="PUT")
        return urllib.request.urlopen(request, timeout=PATIENCE).status

    def run(self, *arguments, database=None):
        command = [LIKEMIND, "--db", database or self.database, "--format", "json", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def ratings(self, database=None):
        file = os.path.join(self.folder, "ratings.csv")
        self.run("export", "ratings", "--out", file, database=database)
        with open(file, encoding="utf-8", newline="") as rows:
            found = {(row["user"], row["item"]): float(row["rating"]) for row in csv.DictReader(rows)}
        os.remove(file)
        return found

    def in_bucket(self):
        """The ratings in the bucket; `None` if it has no database yet."""
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy.db")
            code = self.wait_for_litestream(["restore", "-o", copy, "/data/likemind.db"])
            return self.ratings(copy) if code == 0 else None

    def models(self):
        return [model["digest"] for model in json.loads(self.run("models", "list"))]
