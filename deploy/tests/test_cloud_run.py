"""What cloud-run.yaml must keep to, as there is no offline schema of it."""

import os
import unittest

import yaml

FILE = os.path.join(os.path.dirname(__file__), "..", "cloud-run.yaml")


class CloudRun(unittest.TestCase):
    def setUp(self):
        with open(FILE, encoding="utf-8") as file:
            self.template = yaml.safe_load(file)["spec"]["template"]
        self.spec = self.template["spec"]
        self.service, self.litestream = self.spec["containers"]

    def annotation(self, name):
        return self.template["metadata"]["annotations"][name]

    def test_the_database_is_in_memory_and_not_on_a_bucket(self):
        folder = os.path.dirname(variable(self.service, "LIKEMIND_DB")["value"])
        mounted = {mount["mountPath"]: mount["name"] for mount in self.service["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in self.spec["volumes"]}
        self.assertEqual(volumes[mounted[folder]]["emptyDir"]["medium"], "Memory")
        for volume in volumes.values():
            self.assertFalse({"csi", "gcs", "nfs"} & volume.keys(), volume)

    def test_there_is_one_instance_that_always_runs(self):
        for bound in ("minScale", "maxScale"):
            self.assertEqual(self.annotation(f"autoscaling.knative.dev/{bound}"), "1")
        self.assertEqual(self.annotation("run.googleapis.com/cpu-throttling"), "false")

    def test_the_service_waits_for_the_restore(self):
        dependencies = yaml.safe_load(self.annotation("run.googleapis.com/container-dependencies"))
        self.assertEqual(dependencies, {self.service["name"]: [self.litestream["name"]]})
        self.assertIn("startupProbe", self.litestream)
        self.assertIn("-restore-if-db-not-exists", self.litestream["args"])
        # Cloud Run allows four minutes.
        for container in self.spec["containers"]:
            probe = container["startupProbe"]
            self.assertLessEqual(probe["periodSeconds"] * probe["failureThreshold"], 240)

    def test_only_the_service_receives_requests(self):
        self.assertIn("ports", self.service)
        self.assertNotIn("ports", self.litestream)

    def test_the_token_is_a_secret(self):
        self.assertIn("secretKeyRef", variable(self.service, "LIKEMIND_TOKEN")["valueFrom"])

    def test_the_configuration_is_where_litestream_reads_it(self):
        args = self.litestream["args"]
        folder, name = os.path.split(args[args.index("-config") + 1])
        mount = next(m for m in self.litestream["volumeMounts"] if m["mountPath"] == folder)
        volume = next(v for v in self.spec["volumes"] if v["name"] == mount["name"])
        self.assertEqual([item["path"] for item in volume["secret"]["items"]], [name])


def variable(container, name):
    return next(v for v in container["env"] if v["name"] == name)


if __name__ == "__main__":
    unittest.main()
