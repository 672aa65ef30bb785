"""What skaffold.yaml names is there: it can be run only where there is a cluster."""

import glob
import os
import unittest

import yaml

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")

# What is built after a checkout.
BUILT = {"target/dev/likemind"}


def config():
    with open(os.path.join(ROOT, "deploy", "skaffold.yaml"), encoding="utf-8") as file:
        return yaml.safe_load(file)


def is_there(pattern):
    return bool(glob.glob(os.path.join(ROOT, pattern), recursive=True))


class Skaffold(unittest.TestCase):
    def stages(self):
        whole = config()
        return [whole, *whole["profiles"]]

    def images(self):
        return [i for stage in self.stages() for i in stage.get("build", {}).get("artifacts", [])]

    def test_what_it_watches_is_there(self):
        for image in self.images():
            for path in image["custom"]["dependencies"]["paths"]:
                with self.subTest(path):
                    self.assertTrue(path in BUILT or is_there(path))

    def test_what_it_builds_with_can_be_run(self):
        for image in self.images():
            command = image["custom"]["buildCommand"].split()[0]
            self.assertTrue(os.access(os.path.join(ROOT, command), os.X_OK), command)

    def test_what_it_syncs_it_watches(self):
        for image in self.images():
            watched = set(image["custom"]["dependencies"]["paths"])
            for rule in image.get("sync", {}).get("manual", []):
                self.assertIn(rule["src"], watched)
                self.assertTrue(rule["src"].startswith(rule["strip"]))

    def test_its_manifests_are_there(self):
        for stage in self.stages():
            for path in stage.get("manifests", {}).get("kustomize", {}).get("paths", []):
                with self.subTest(path):
                    self.assertTrue(is_there(os.path.join(path, "kustomization.yaml")))


if __name__ == "__main__":
    unittest.main()
