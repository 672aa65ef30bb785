"""The supervisor of the development image, without the image: changes are copied as Skaffold copies them.

LIKEMIND_BINARY names the binary; without it the tests are skipped.
"""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PAGE = os.path.join(ROOT, "crates", "server", "assets")
BINARY = os.path.abspath(os.environ["LIKEMIND_BINARY"]) if "LIKEMIND_BINARY" in os.environ else None

# Seconds. Generous, as the machine may be busy; a test that passes takes a fraction of it.
LIMIT = 120


def wait_for(what, condition, limit=LIMIT):
    """Returns the first true value of a condition, and prints how long it took."""
    start = time.monotonic()
    while time.monotonic() - start < limit:
        value = condition()
        if value:
            print(f"{what}: {time.monotonic() - start:.1f} s", flush=True)
            return value
        time.sleep(0.1)
    raise AssertionError(f"expected within {limit} s: {what}")


class Sync:
    """Copies a file as Skaffold does: `kubectl exec` runs this command, and receives an archive with regular
    files and absolute names on standard input."""

    def __init__(self, path, data, mode):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            entry = tarfile.TarInfo(path)
            # The owner is a user that is not in the container.
            entry.size, entry.mode, entry.uid, entry.gid = len(data), mode, 54321, 54321
            tar.addfile(entry, io.BytesIO(data))
        self.archive = archive.getvalue()
        command = ["tar", "xmf", "-", "-C", "/", "--no-same-owner"]
        self.tar = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)

    def send(self, part):
        self.tar.stdin.write(part)
        self.tar.stdin.flush()

    def kill(self):
        self.tar.kill()
        self.tar.wait()
        self.tar.stdin.close()
        self.tar.stderr.close()

    def end(self):
        self.tar.stdin.close()
        complaint = self.tar.stderr.read()
        self.tar.stderr.close()
        if self.tar.wait() != 0:
            raise AssertionError(f"expected tar to succeed, found {complaint}")


def sync(path, data, mode=0o644):
    copy = Sync(path, data, mode)
    copy.send(copy.archive)
    copy.end()


@unittest.skipUnless(BINARY, "needs a binary of likemind: set LIKEMIND_BINARY")
class Supervise(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.app, image = os.path.join(self.folder, "app"), os.path.join(self.folder, "image")
        self.log = os.path.join(self.folder, "log")
        os.mkdir(self.app)
        os.mkdir(image)
        shutil.copytree(PAGE, os.path.join(image, "page"))
        os.symlink(BINARY, os.path.join(image, "likemind"))
        with open(BINARY, "rb") as file:
            self.binary = file.read()
        self.environment = {
            **os.environ,
            "LIKEMIND_APP": self.app,
            "LIKEMIND_IMAGE": image,
            "LIKEMIND_DB": os.path.join(self.folder, "likemind.db"),
        }
        ratings = os.path.join(self.folder, "ratings.csv")
        self.likemind("generate", "--like", "ml-100k", "--out", ratings)
        self.likemind("import", ratings)
        self.likemind("fit")

        log = open(self.log, "wb")
        self.addCleanup(log.close)
        # One thread that rests makes a job of half a minute.
        serve = ["serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--assets", os.path.join(self.app, "page")]
        self.supervisor = subprocess.Popen(
            ["sh", os.path.join(ROOT, "deploy", "dev", "supervise"), *serve, "--job-threads", "1", "--job-rest", "3"],
            env=self.environment,
            stdout=log,
            stderr=log,
        )
        self.addCleanup(self.end)
        wait_for("the binary of the image is ready", self.ready)

    def end(self):
        """Leaves no process behind, even if a test has failed."""
        if self.supervisor.poll() is None:
            self.supervisor.kill()
            self.supervisor.wait()
        for process in self.services():
            os.kill(process, signal.SIGKILL)

    def likemind(self, *arguments):
        command = [BINARY, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def services(self):
        """All processes that serve from the folder, including one that has lost its supervisor."""
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/cmdline", "rb") as file:
                    arguments = file.read().split(b"\0")
            except OSError:
                continue
            if arguments[:2] == [os.path.join(self.app, "likemind").encode(), b"serve"]:
                found.append(int(process))
        return found

    def service(self):
        """The one service, or None while there is none."""
        found = self.services()
        self.assertLessEqual(len(found), 1, "expected one service at a time")
        return found[0] if found else None

    def ask(self, path, method="GET", body=None):
        """An answer, or None without a connection or with an error."""
        # Every service has a port of its own.
        urls = re.findall(r'"url":"(http://[^"]+)"', self.read_log())
        if not urls:
            return None
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(urls[-1] + path, data, {"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as response:
                return response.read()
        except (OSError, urllib.error.URLError):
            return None

    def ready(self):
        return self.ask("/readyz")

    def other_than(self, process):
        """The service, if it is ready and another process."""
        found = self.service()
        return found if found and found != process and self.ready() else None

    def sync_binary(self, data, mode=0o755):
        sync(os.path.join(self.app, "likemind"), data, mode)

    def data(self):
        """All ratings, and what models were made of them."""
        ratings = os.path.join(self.folder, "exported.csv")
        self.likemind("export", "ratings", "--out", ratings)
        with open(ratings, encoding="utf-8") as file:
            rows = sorted(file)
        return rows, json.loads(self.likemind("models", "list", "--format", "json"))

    def test_a_page_is_served_without_a_restart(self):
        before = self.service()
        self.assertNotIn(b"/* changed */", self.ask("/assets/style.css"))
        with open(os.path.join(PAGE, "style.css"), "rb") as file:
            changed = file.read() + b"\n/* changed */\n"
        sync(os.path.join(self.app, "page", "style.css"), changed)
        wait_for("a changed page is served", lambda: self.ask("/assets/style.css") == changed)
        # Longer than the supervisor takes to notice a change.
        time.sleep(3)
        self.assertEqual(self.service(), before)

    def test_a_browser_is_told_of_a_changed_page(self):
        url = re.findall(r'"url":"(http://[^"]+)"', self.read_log())[-1]
        with urllib.request.urlopen(url + "/assets-events", timeout=LIMIT) as events:
            sync(os.path.join(self.app, "page", "style.css"), b"/* changed */")
            start = time.monotonic()
            while not events.readline().startswith(b"event:"):
                self.assertLess(time.monotonic() - start, LIMIT)

    def test_a_binary_replaces_the_process_and_keeps_the_data(self):
        before, data = self.service(), self.data()
        self.assertEqual(len(data[0]), 100_001)
        self.assertEqual(len(data[1]), 1)
        changed = self.binary + b"changed"
        self.sync_binary(changed)
        after = wait_for("a changed binary is ready", lambda: self.other_than(before))
        self.assertEqual(os.stat(f"/proc/{after}/exe").st_size, len(changed))
        self.assertEqual(self.data(), data)
        self.assertTrue(self.ask("/v1/users/1/recommendations"))
        self.assertIsNone(self.supervisor.poll())

    def test_no_acknowledged_rating_is_lost(self):
        acknowledged, stop = {}, threading.Event()

        def rate():
            count = 0
            while not stop.is_set():
                count += 1
                item, rating = str(count % 500 + 1), count % 5 + 1
                if self.ask(f"/v1/users/newcomer/ratings/{item}", "PUT", {"rating": rating}):
                    acknowledged[item] = rating
                else:
                    # It may have been stored although it was not acknowledged.
                    acknowledged.pop(item, None)

        client = threading.Thread(target=rate)
        client.start()
        try:
            wait_for("ratings are stored", lambda: len(acknowledged) > 20)
            before = self.service()
            self.sync_binary(self.binary + b"changed")
            wait_for("a changed binary is ready, under load", lambda: self.other_than(before))
        finally:
            stop.set()
            client.join()
        stored = dict(row.split(",")[1:3] for row in self.data()[0] if row.startswith("newcomer,"))
        self.assertGreater(len(acknowledged), 20)
        for item, rating in acknowledged.items():
            self.assertEqual(float(stored[item]), rating, f"item {item}")

    def test_a_job_is_resumed(self):
        job = json.loads(self.ask("/v1/jobs", "POST", {"kind": "fit", "side": "items", "k": 50}))["job"]

        def state():
            return json.loads(self.ask(f"/v1/jobs/{job}") or "{}")

        # Some work, which a restart from the beginning would lose.
        wait_for("a job has made progress", lambda: state().get("tiles_done", 0) >= 2)
        before, work = self.service(), state()["work_done"]
        self.sync_binary(self.binary + b"changed")
        after = wait_for("a changed binary is ready, with a job", lambda: self.other_than(before))
        holder = f"process {after} "
        wait_for("the new process has the job", lambda: holder in str(state().get("holder")))
        found = state()
        self.assertEqual(found["state"], "running")
        self.assertGreaterEqual(found["work_done"], work)
        resumed = f'"job":"{job}","start":"Resumed'
        wait_for("the log says so", lambda: resumed in self.read_log())
        wait_for("the job is done", lambda: state().get("state") == "done", limit=4 * LIMIT)
        self.assertEqual(len(self.data()[1]), 2)

    def test_a_broken_binary_does_not_end_it(self):
        before = self.service()
        for broken, mode in ((b"neither a program nor a script\n", 0o755), (b"", 0o755), (self.binary, 0o644)):
            self.sync_binary(broken, mode)
            time.sleep(3)
            self.assertIsNone(self.supervisor.poll())
            self.assertEqual(self.service(), before, "expected the former binary to serve meanwhile")
        self.assertIn("supervise: the new binary does not run", self.read_log())
        self.sync_binary(self.binary + b"changed")
        wait_for("a good binary is ready after broken ones", lambda: self.other_than(before))

    def test_a_slow_copy_does_not_interrupt_the_service(self):
        before = self.service()
        copy = Sync(os.path.join(self.app, "likemind"), self.binary + b"changed", 0o755)
        self.addCleanup(copy.kill)
        half = len(copy.archive) // 2
        copy.send(copy.archive[:half])
        time.sleep(5)
        self.assertEqual(self.service(), before)
        self.assertTrue(self.ready())
        copy.send(copy.archive[half:])
        copy.end()
        wait_for("a slowly copied binary is ready", lambda: self.other_than(before))

    def test_a_service_that_has_ended_is_replaced_by_a_new_binary(self):
        before = self.service()
        os.kill(before, signal.SIGKILL)
        wait_for("the end is noticed", lambda: "waiting for another binary" in self.read_log())
        self.assertIsNone(self.supervisor.poll())
        self.sync_binary(self.binary + b"changed")
        wait_for("a new binary is ready after the end of the former", lambda: self.other_than(before))

    def test_it_stops_cleanly(self):
        self.assertTrue(self.ask("/v1/jobs", "POST", {"kind": "fit", "side": "items", "k": 50}))
        self.supervisor.send_signal(signal.SIGTERM)
        wait_for("the supervisor has ended", lambda: self.supervisor.poll() is not None)
        self.assertEqual(self.supervisor.returncode, 0)
        self.assertEqual(self.services(), [])
        self.assertIn("a job was stopped and can be resumed", self.read_log())

    def test_it_stops_while_there_is_no_service(self):
        os.kill(self.service(), signal.SIGKILL)
        wait_for("the end is noticed", lambda: "waiting for another binary" in self.read_log())
        self.supervisor.send_signal(signal.SIGTERM)
        wait_for("the supervisor without a service has ended", lambda: self.supervisor.poll() is not None)


if __name__ == "__main__":
    unittest.main()
