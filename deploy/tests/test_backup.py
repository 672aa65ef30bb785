"""The overlay `backup` and cloud-run.yaml with the real Litestream and the real service. Skipped without the
programs that pod.py needs."""

import os
import tempfile
import threading
import unittest
import urllib.error

import yaml

from pod import PROGRAMS, ROOT, Pod, responds, until


class Writer(threading.Thread):
    """Rates until it is told to stop, and remembers what was acknowledged."""

    def __init__(self, pod):
        super().__init__()
        self.pod, self.acknowledged, self.over = pod, {}, False

    def run(self):
        number = 0
        while not self.over:
            number += 1
            user, item, rating = f"new-{number % 50}", str(number % 400 + 1), number % 5 + 1
            try:
                self.pod.rate(user, item, rating)
            except (urllib.error.URLError, OSError):
                return
            self.acknowledged[(user, item)] = float(rating)

    def stop(self):
        self.over = True
        self.join()


@unittest.skipUnless(all(PROGRAMS), "needs LIKEMIND_BINARY, LITESTREAM and KUBECTL")
class Backup(unittest.TestCase):
    def setUp(self):
        self.pod = Pod(tempfile.mkdtemp())
        self.addCleanup(self.pod.close)
        self.pod.start()
        file = os.path.join(self.pod.folder, "given.csv")
        self.pod.run("generate", "--like", "ml-100k", "--fraction", "0.3", "--out", file)
        self.pod.run("import", file)
        self.pod.run("fit", "--side", "both")
        until(self.pod.is_ready, "a service that is ready")
        until(self.pod.in_bucket, "ratings in the bucket")

    def assert_has(self, expected, found):
        missing = {key: rating for key, rating in expected.items() if found.get(key) != rating}
        self.assertEqual(missing, {}, f"{len(missing)} of {len(expected)} ratings are missing")

    def test_a_lost_volume_is_restored_with_all_that_was_acknowledged_before_a_stop(self):
        writer = Writer(self.pod)
        writer.start()
        until(lambda: len(writer.acknowledged) > 100, "100 ratings")
        # The service is stopped while ratings arrive and a fit runs.
        self.pod.run("fit", "--detach", "--server", self.pod.url, "-k", "7")
        self.pod.stop()
        writer.stop()
        before, models = self.pod.ratings(), self.pod.models()
        self.assert_has(writer.acknowledged, before)
        self.pod.lose_volume()
        self.pod.start()
        until(self.pod.is_ready, "a service that is ready")
        self.assertEqual(self.pod.ratings(), before)
        self.assertEqual(self.pod.models()[: len(models)], models)
        self.pod.run("verify")

    def test_after_a_crash_the_bucket_has_all_that_it_was_sent(self):
        writer = Writer(self.pod)
        writer.start()
        until(lambda: len(writer.acknowledged) > 100, "100 ratings")
        writer.stop()
        until(lambda: self.pod.in_bucket() == self.pod.ratings(), "the ratings in the bucket")
        self.pod.kill()
        self.pod.lose_volume()
        self.pod.start()
        self.assert_has(writer.acknowledged, self.pod.ratings())
        self.pod.run("verify")

    def test_an_existing_database_is_never_replaced(self):
        self.pod.stop()
        # Newer than the bucket.
        self.pod.run("rate", "--new", "--user", "ada", "--item", "1", "4")
        before = self.pod.ratings()
        self.pod.start()
        self.assertEqual(self.pod.ratings(), before)
        # The change that was made without Litestream is sent, too.
        until(lambda: self.pod.in_bucket() == before, "the ratings in the bucket")

    def test_on_cloud_run_the_metrics_are_served_after_the_restore(self):
        self.pod.stop()
        before = self.pod.ratings()
        self.pod.lose_volume()
        os.mkdir(self.pod.data)
        with open(os.path.join(ROOT, "deploy", "cloud-run.yaml"), encoding="utf-8") as file:
            spec = yaml.safe_load(file)["spec"]["template"]["spec"]
        sidecar = next(c for c in spec["containers"] if c["name"] == "litestream")
        self.pod.start_litestream(sidecar["args"])
        until(lambda: responds(f"http://{self.pod.metrics}/metrics"), "metrics")
        self.assertEqual(self.pod.ratings(), before)


if __name__ == "__main__":
    unittest.main()
