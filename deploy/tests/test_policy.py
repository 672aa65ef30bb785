"""The policy finds what breaks it: each breach is made in a rendering that has none. The rendering is
the file that RENDERED names."""

import copy
import os
import unittest

import yaml

from policy import breaches


def rendered():
    with open(os.environ["RENDERED"], encoding="utf-8") as file:
        return [document for document in yaml.safe_load_all(file) if document]


def stateful_set(documents):
    return next(d for d in documents if d["kind"] == "StatefulSet")


def pod(documents):
    return stateful_set(documents)["spec"]["template"]["spec"]


def container(documents):
    return pod(documents)["containers"][0]


class Policy(unittest.TestCase):
    def setUp(self):
        self.documents = copy.deepcopy(rendered())

    def assert_breach(self, words):
        found = breaches(self.documents)
        self.assertTrue(any(words in breach for breach in found), f"{words!r} in {found}")

    def test_the_rendering_keeps_to_it(self):
        self.assertEqual(breaches(self.documents), [])

    def test_root(self):
        pod(self.documents)["securityContext"]["runAsUser"] = 0
        self.assert_breach("runAsNonRoot")

    def test_root_of_one_container(self):
        container(self.documents)["securityContext"]["runAsUser"] = 0
        self.assert_breach("not root")

    def test_no_security_context(self):
        del container(self.documents)["securityContext"]
        self.assert_breach("privilege escalation")
        self.assert_breach("read-only root")
        self.assert_breach("capabilities")

    def test_an_init_container_counts_too(self):
        pod(self.documents)["initContainers"] = [{"name": "init", "image": "likemind:1"}]
        self.assert_breach("read-only root")

    def test_no_limits(self):
        del container(self.documents)["resources"]["limits"]["memory"]
        self.assert_breach("limits of memory")

    def test_each_probe(self):
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            with self.subTest(probe):
                del container(self.documents)[probe]
                self.assert_breach(probe)

    def test_the_probes_of_a_sidecar(self):
        sidecar = {**container(self.documents), "restartPolicy": "Always"}
        del sidecar["readinessProbe"]
        pod(self.documents)["initContainers"] = [sidecar]
        self.assertEqual(breaches(self.documents), [])
        del sidecar["livenessProbe"]
        self.assert_breach("livenessProbe")

    def test_a_claim_that_goes(self):
        del stateful_set(self.documents)["spec"]["persistentVolumeClaimRetentionPolicy"]
        self.assert_breach("whenDeleted")
        self.assert_breach("whenScaled")

    def test_a_claim_that_goes_with_the_namespace(self):
        self.documents.append({"kind": "Namespace", "metadata": {"name": "likemind"}})
        self.assert_breach("no namespace")

    def test_a_database_on_no_claim(self):
        del stateful_set(self.documents)["spec"]["volumeClaimTemplates"]
        self.assert_breach("on a claim")

    def test_two_replicas(self):
        stateful_set(self.documents)["spec"]["replicas"] = 2
        self.assert_breach("one replica")

    def test_secrets(self):
        token = "8f14e45fceea167a5a36dedd4bea2543"
        secret = {"kind": "Secret", "metadata": {"name": "t"}, "stringData": {"write": "x"}}
        self.documents.append(secret)
        self.assert_breach("made outside")
        container(self.documents)["env"] = [{"name": "LIKEMIND_TOKEN", "value": "short"}]
        self.assert_breach("LIKEMIND_TOKEN")
        container(self.documents)["args"].append(f"--token={token}")
        self.assert_breach("no secret in plain text, found --token=8f14")
        config = next(d for d in self.documents if d["kind"] == "ConfigMap")
        config["data"]["READ_TOKEN"] = "x"
        self.assert_breach("no secrets, found READ_TOKEN")

    def test_the_latest_image(self):
        for image in ("likemind:latest", "likemind", "registry.example.com:5000/likemind"):
            container(self.documents)["image"] = image
            self.assert_breach(image)

    def test_the_host(self):
        pod(self.documents)["hostNetwork"] = True
        self.assert_breach("hostNetwork")
        pod(self.documents)["volumes"].append({"name": "h", "hostPath": {"path": "/"}})
        self.assert_breach("hostPath")

    def test_no_time_for_a_checkpoint(self):
        pod(self.documents)["terminationGracePeriodSeconds"] = 5
        self.assert_breach("checkpoint")

    def test_no_network_policy(self):
        self.documents = [d for d in self.documents if d["kind"] != "NetworkPolicy"]
        self.assert_breach("network policy")


if __name__ == "__main__":
    unittest.main()
