"""The chart is the kustomize base with values: the default values render the base, and each value changes
what it says and nothing else. HELM and KUBECTL select the programs; the default is those in the path."""

import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from unittest.mock import ANY

import kubernetes_validate
import yaml

from policy import breaches

DEPLOY = pathlib.Path(__file__).resolve().parent.parent
CHART = DEPLOY / "helm"
HELM = os.environ.get("HELM", "helm")
KUBECTL = os.environ.get("KUBECTL", "kubectl")

POD = "StatefulSet/spec/template/spec"
CONTAINER = f"{POD}/containers/0"
CHECKSUM = "StatefulSet/spec/template/metadata/annotations/checksum/config"
CLAIM = "StatefulSet/spec/volumeClaimTemplates/0/spec"
PEERS = "NetworkPolicy/spec/ingress/0/from"

INGRESS = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
TOLERATION = {"key": "disk", "operator": "Equal", "value": "fast", "effect": "NoSchedule"}
SPREAD = {"labelSelector": {"matchLabels": {"app": "busy"}}, "topologyKey": "kubernetes.io/hostname"}

# Each value of values.yaml, another one for it, and what this changes in the rendering; None is removed.
VALUES = [
    (
        "image.repository",
        "registry.example.com:5000/you/likemind",
        {f"{CONTAINER}/image": "registry.example.com:5000/you/likemind:0.1.0"},
    ),
    ("image.tag", "0.2.0", {f"{CONTAINER}/image": "likemind:0.2.0"}),
    ("image.pullPolicy", "Always", {f"{CONTAINER}/imagePullPolicy": "Always"}),
    (
        "imagePullSecrets",
        [{"name": "registry"}, {"name": "mirror"}],
        {
            "ServiceAccount/imagePullSecrets/0/name": "registry",
            "ServiceAccount/imagePullSecrets/1/name": "mirror",
            f"{POD}/imagePullSecrets/0/name": "registry",
            f"{POD}/imagePullSecrets/1/name": "mirror",
        },
    ),
    (
        "serviceHost",
        "films.example.com",
        {"ConfigMap/data/SERVICE_HOST": "films.example.com", CHECKSUM: ANY},
    ),
    ("tokenSecret", "films-token", {f"{POD}/volumes/0/secret/secretName": "films-token"}),
    ("resources.requests.cpu", "1", {f"{CONTAINER}/resources/requests/cpu": "1"}),
    ("resources.requests.memory", "1Gi", {f"{CONTAINER}/resources/requests/memory": "1Gi"}),
    ("resources.limits.cpu", 1.5, {f"{CONTAINER}/resources/limits/cpu": 1.5}),
    ("resources.limits.memory", "4Gi", {f"{CONTAINER}/resources/limits/memory": "4Gi"}),
    ("storage.size", "20Gi", {f"{CLAIM}/resources/requests/storage": "20Gi"}),
    ("storage.className", "fast", {f"{CLAIM}/storageClassName": "fast"}),
    (
        "extraArgs",
        ["--job-threads=1", "--allow-host=true"],
        {f"{CONTAINER}/args/7": "--job-threads=1", f"{CONTAINER}/args/8": "--allow-host=true"},
    ),
    (
        "networkPolicy.from",
        [INGRESS, {"ipBlock": {"cidr": "192.0.2.0/24"}}],
        {
            f"{PEERS}/0/podSelector": None,
            f"{PEERS}/0/namespaceSelector/matchLabels/kubernetes.io/metadata.name": "ingress-nginx",
            f"{PEERS}/1/ipBlock/cidr": "192.0.2.0/24",
        },
    ),
    ("nodeSelector", {"disk": "true"}, {f"{POD}/nodeSelector/disk": "true"}),
    (
        "tolerations",
        [TOLERATION],
        {f"{POD}/tolerations/0/{key}": value for key, value in TOLERATION.items()},
    ),
    (
        "affinity",
        {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [SPREAD]}},
        {
            f"{POD}/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/{path}": value
            for path, value in (
                ("labelSelector/matchLabels/app", "busy"),
                ("topologyKey", "kubernetes.io/hostname"),
            )
        },
    ),
]


def run(*command, **settings):
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)


def output(*command):
    result = run(*command)
    if result.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: {result.stderr}")
    return result.stdout


def template(values, chart=CHART):
    """Renders a release whose name is not that of its objects."""
    return run(HELM, "template", "films", chart, "--values", "-", input=json.dumps(values))


def rendered(values=None, chart=CHART):
    result = template(values or {}, chart)
    if result.returncode:
        raise AssertionError(result.stderr)
    return [document for document in yaml.safe_load_all(result.stdout) if document]


def nested(path, value):
    """`a.b` and a value as {a: {b: value}}."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


def merged(one, other):
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    return one | {key: merged(one.get(key), value) for key, value in other.items()}


def all_values():
    values = {}
    for path, value, _ in VALUES:
        values = merged(values, nested(path, value))
    return values


def leaves(value, path=""):
    """Each value that is not a map or a list, or an empty one, by its path."""
    if isinstance(value, list):
        value = {str(index): inner for index, inner in enumerate(value)}
    if not isinstance(value, dict) or not value:
        return {path: value}
    found = {}
    for key, inner in value.items():
        found |= leaves(inner, f"{path}/{key}" if path else key)
    return found


def by_kind(documents):
    """The documents by kind, of which there is one each."""
    kinds = {document["kind"]: document for document in documents}
    if len(kinds) != len(documents):
        raise AssertionError(f"expected one document of each kind, found {[d['kind'] for d in documents]}")
    return kinds


def changes(before, after):
    """What differs, by path, as it is afterwards."""
    before, after = leaves(by_kind(before)), leaves(by_kind(after))
    return {
        path: after.get(path)
        for path in before.keys() | after.keys()
        if path not in before or path not in after or before[path] != after[path]
    }


class Chart(unittest.TestCase):
    def test_the_default_values_render_the_base(self):
        base = by_kind(list(yaml.safe_load_all(output(KUBECTL, "kustomize", DEPLOY / "k8s" / "base"))))
        chart = by_kind(rendered())
        # The base has a digest in the name of the ConfigMap, and the chart has it in an annotation.
        name = base["ConfigMap"]["metadata"]["name"]
        self.assertRegex(name, "^likemind-")
        base["ConfigMap"]["metadata"]["name"] = "likemind"
        container = base["StatefulSet"]["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual(container["envFrom"], [{"configMapRef": {"name": name}}])
        container["envFrom"] = [{"configMapRef": {"name": "likemind"}}]
        annotations = chart["StatefulSet"]["spec"]["template"]["metadata"].pop("annotations")
        self.assertEqual(annotations, {"checksum/config": ANY})
        self.maxDiff = None
        self.assertEqual(chart, base)

    def test_each_value_changes_what_it_says(self):
        default = rendered()
        for path, value, expected in VALUES:
            with self.subTest(path):
                self.assertEqual(changes(default, rendered(nested(path, value))), expected)

    def test_each_value_is_tested(self):
        values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
        tested = {path for path, _, _ in VALUES}
        found = {path.replace("/", ".") for path in leaves(values)}
        # The default peer is below the list.
        found = {"networkPolicy.from" if path.startswith("networkPolicy.from.") else path for path in found}
        self.assertEqual(found, tested)

    def test_a_limit_can_be_removed(self):
        found = changes(rendered(), rendered({"resources": {"limits": {"cpu": None}}}))
        self.assertEqual(found, {f"{CONTAINER}/resources/limits/cpu": None})

    def test_all_values_keep_to_the_policy_and_the_schemas(self):
        for values in ({}, all_values()):
            documents = rendered(values)
            self.assertEqual(breaches(documents), [])
            for document in documents:
                kubernetes_validate.validate(document, "1.37", strict=True)

    def test_wrong_values_are_refused(self):
        wrong = [
            ({"replicas": 2}, "replicas"),
            ({"image": {"tags": "0.2.0"}}, "tags"),
            ({"image": {"tag": 2}}, "image.tag"),
            ({"image": {"repository": "likemind:0.2.0"}}, "image.repository"),
            ({"image": {"pullPolicy": "Sometimes"}}, "image.pullPolicy"),
            ({"imagePullSecrets": ["registry"]}, "imagePullSecrets.0"),
            ({"imagePullSecrets": [{"name": "registry", "namespace": "films"}]}, "namespace"),
            ({"serviceHost": "https://films.example.com"}, "serviceHost"),
            ({"serviceHost": None}, "serviceHost"),
            ({"tokenSecret": ""}, "tokenSecret"),
            ({"resources": {"limit": {"memory": "1Gi"}}}, "limit"),
            ({"resources": {"limits": {"mem": "1Gi"}}}, "mem"),
            ({"resources": {"limits": {"memory": 1073741824}}}, "resources.limits.memory"),
            ({"storage": {"class": "fast"}}, "class"),
            ({"storage": {"size": "10"}}, "storage.size"),
            ({"extraArgs": "--job-threads=1"}, "extraArgs"),
            ({"networkPolicy": {"egress": []}}, "egress"),
            # A NetworkPolicy without peers admits everyone.
            ({"networkPolicy": {"from": []}}, "networkPolicy.from"),
            ({"networkPolicy": {"from": None}}, "from"),
            ({"networkPolicy": {"from": [{}]}}, "networkPolicy.from.0"),
            ({"networkPolicy": {"from": [{"podSelectors": {}}]}}, "podSelectors"),
            ({"nodeSelector": {"disk": True}}, "nodeSelector.disk"),
            ({"tolerations": [{"keys": "disk"}]}, "keys"),
            ({"affinity": {"podAffinities": {}}}, "podAffinities"),
        ]
        for values, words in wrong:
            with self.subTest(str(values)):
                result = template(values)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn("don't meet the specifications of the schema", result.stderr)
                self.assertIn(words, result.stderr)

    def test_helm_finds_no_fault(self):
        output(HELM, "lint", "--strict", CHART)

    def test_the_package_has_only_what_helm_needs(self):
        with tempfile.TemporaryDirectory() as folder:
            output(HELM, "package", CHART, "--destination", folder)
            (package,) = pathlib.Path(folder).iterdir()
            with tarfile.open(package) as archive:
                files = {name.removeprefix("likemind/") for name in archive.getnames()}
        templates = {"templates/likemind.yaml", "templates/NOTES.txt"}
        self.assertEqual(files - {".helmignore"}, {"Chart.yaml", "values.yaml", "values.schema.json"} | templates)

    def test_it_can_be_a_dependency(self):
        with tempfile.TemporaryDirectory() as folder:
            parent = pathlib.Path(folder)
            (parent / "Chart.yaml").write_text("{apiVersion: v2, name: parent, version: 0.1.0}", encoding="utf-8")
            shutil.copytree(CHART, parent / "charts" / "likemind")
            self.assertEqual(changes(rendered(), rendered(chart=parent)), {})


class Generate(unittest.TestCase):
    """`generate` in a copy of the chart and the base, in which a test can replace text."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.deploy = pathlib.Path(folder.name)
        shutil.copytree(CHART, self.deploy / "helm")
        shutil.copytree(DEPLOY / "k8s" / "base", self.deploy / "k8s" / "base")
        self.template = self.deploy / "helm" / "templates" / "likemind.yaml"

    def replace(self, file, old, new):
        path = self.deploy / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def generate(self):
        return run(self.deploy / "helm" / "generate", env={**os.environ, "KUBECTL": KUBECTL})

    def assert_fails(self, words):
        before = self.template.read_bytes()
        result = self.generate()
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(words, result.stderr)
        self.assertEqual(self.template.read_bytes(), before)

    def test_the_template_is_up_to_date(self):
        self.template.unlink()
        self.assertEqual(self.generate().stderr, "")
        expected = (CHART / "templates" / "likemind.yaml").read_bytes()
        self.assertEqual(self.template.read_bytes(), expected, "run deploy/helm/generate")

    def test_a_changed_setting_of_the_base_restarts_the_pod(self):
        self.replace("k8s/base/kustomization.yaml", "/data/likemind.db", "/data/films.db")
        self.assertEqual(self.generate().stderr, "")
        found = changes(rendered(), rendered(chart=self.deploy / "helm"))
        self.assertEqual(found, {"ConfigMap/data/LIKEMIND_DB": "/data/films.db", CHECKSUM: ANY})

    def test_a_placeholder_that_is_missing(self):
        self.replace("helm/source/kustomization.yaml", "value: CHART_TOKEN_SECRET", "value: likemind-token")
        self.assert_fails('expected 1 of "CHART_TOKEN_SECRET", found 0')

    def test_a_placeholder_twice(self):
        self.replace("k8s/base/statefulset.yaml", "--listen=0.0.0.0:8080", "--listen=CHART_IMAGE")
        self.assert_fails('expected 1 of "CHART_IMAGE", found 2')

    def test_a_placeholder_that_is_left(self):
        self.replace("k8s/base/statefulset.yaml", "--log-format=json", "--log-format=CHART_FORMAT")
        self.assert_fails("found CHART_FORMAT")

    def test_what_helm_would_interpret(self):
        self.replace("k8s/base/statefulset.yaml", "--log-format=json", "--log-format={{json}}")
        self.assert_fails('expected no "{{"')

    def test_a_container_before_that_of_the_service(self):
        self.replace(
            "k8s/base/statefulset.yaml",
            "      containers:\n",
            "      containers:\n"
            "        - {name: proxy, image: 'proxy:1', args: [], resources: {}, imagePullPolicy: Never}\n",
        )
        self.assert_fails("test")

    def test_no_digest(self):
        self.replace(
            "k8s/base/kustomization.yaml",
            "configMapGenerator:",
            "generatorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator:",
        )
        self.assert_fails("expected a ConfigMap with a digest")


if __name__ == "__main__":
    unittest.main()
