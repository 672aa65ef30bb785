"""What every rendered manifest of likemind keeps to. `policy.py FILE...` prints each breach and fails."""

import base64
import re
import sys

import yaml

# What a container runs in; a document of another kind has no pod.
POD_KINDS = {"Pod", "Job", "StatefulSet", "Deployment", "DaemonSet", "CronJob"}

# Names of settings that hold secrets, and text that looks like one.
SECRET_NAME = re.compile(r"token|secret|password|credential|api[-_]?key", re.IGNORECASE)
SECRET_TEXT = re.compile(r"^[A-Za-z0-9+/_=-]{24,}$")
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
# A sidecar that fails is restarted, but does not take the pod out of the service.
SIDECAR_PROBES = ("startupProbe", "livenessProbe")


def breaches(documents):
    """Every breach, as a sentence; none of documents that keep to the policy."""
    documents = [document for document in documents if document]
    found = []
    for document in documents:
        name = f"{document['kind']}/{document['metadata']['name']}"
        checks = _secrets(document) + _kind(document)
        if document["kind"] in POD_KINDS:
            checks += _pod(document) + _containers(document)
        found += [f"{name}: {breach}" for breach in checks]
    return found + _network(documents)


def _pod_template(document):
    if document["kind"] == "Pod":
        return document
    spec = document["spec"]
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec["template"]


def _kind(document):
    spec = document.get("spec", {})
    if document["kind"] == "Namespace":
        return ["expected no namespace: deleting what is rendered would delete the claim in it"]
    if document["kind"] != "StatefulSet":
        return []
    found = []
    retention = spec.get("persistentVolumeClaimRetentionPolicy", {})
    for event in ("whenDeleted", "whenScaled"):
        if retention.get(event) != "Retain":
            found.append(f"expected the claim to be kept {event}, found {retention.get(event)}")
    if spec.get("replicas") != 1:
        found.append(f"expected one replica over SQLite, found {spec.get('replicas')}")
    if not spec.get("volumeClaimTemplates"):
        found.append("expected the database on a claim, found none")
    return found


def _pod(document):
    spec = _pod_template(document)["spec"]
    context = spec.get("securityContext", {})
    found = []
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
        found.append("expected runAsNonRoot and the number of a user, found otherwise")
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        found.append("expected the seccomp profile RuntimeDefault, found another")
    if spec.get("automountServiceAccountToken") is not False:
        found.append("expected no token of the cluster in the pod, found one")
    for shared in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(shared):
            found.append(f"expected nothing of the host, found {shared}")
    if any("hostPath" in volume for volume in spec.get("volumes", [])):
        found.append("expected nothing of the host, found a hostPath")
    if spec.get("terminationGracePeriodSeconds", 30) < 30:
        found.append("expected time for a checkpoint at the end, found less than 30 s")
    return found


def _containers(document):
    spec = _pod_template(document)["spec"]
    found = []
    for container in spec["containers"] + spec.get("initContainers", []):
        context = container.get("securityContext", {})
        limits = container.get("resources", {})
        if context.get("allowPrivilegeEscalation") is not False or context.get("privileged"):
            found.append("expected no privilege escalation, found it allowed")
        if context.get("readOnlyRootFilesystem") is not True:
            found.append("expected a read-only root, found one that can be written")
        if context.get("capabilities", {}).get("drop") != ["ALL"]:
            found.append("expected all capabilities dropped, found otherwise")
        if context.get("runAsUser") == 0 or context.get("runAsNonRoot") is False:
            found.append("expected a container that is not root, found one that is")
        for bound in ("requests", "limits"):
            for resource in ("cpu", "memory"):
                if resource not in limits.get(bound, {}):
                    found.append(f"expected {bound} of {resource}, found none")
        for probe in _probes(document, container, spec):
            if not any(way in container.get(probe, {}) for way in ("httpGet", "exec", "tcpSocket")):
                found.append(f"expected a {probe}, found none")
        # Without a tag it is latest, too.
        if not re.search(r"(:(?!latest$)[^/:]+|@sha256:[0-9a-f]+)$", container["image"]):
            found.append(f"expected an image of a certain version, found {container['image']}")
        for variable in container.get("env", []):
            if SECRET_NAME.search(variable["name"]) and variable.get("value"):
                found.append(f"expected no secret in plain text, found one in {variable['name']}")
    return found


def _probes(document, container, spec):
    """The probes that a container must have: none if it ends by itself."""
    if container not in spec["containers"]:
        return SIDECAR_PROBES if container.get("restartPolicy") == "Always" else ()
    long_lived = document["kind"] in {"StatefulSet", "Deployment", "DaemonSet"}
    return PROBES if long_lived else ()


def _secrets(document):
    """Secrets in plain text, and what is the same: base64."""
    found = []
    if document["kind"] == "Secret":
        found.append("expected secrets made outside the manifests, found one in them")
    if document["kind"] == "ConfigMap":
        for name, value in document.get("data", {}).items():
            if SECRET_NAME.search(name) or SECRET_TEXT.match(str(value)):
                found.append(f"expected settings that are no secrets, found {name}")
    for text in _texts(document):
        words = re.split(r"[\s=,:]+", text)
        if any(_is_random(word) for word in words):
            found.append(f"expected no secret in plain text, found {text[:12]}…")
    return found


def _texts(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _is_random(word):
    """Long, and hexadecimal or base64 of bytes that are no text."""
    if re.fullmatch(r"[0-9a-f]{32,}", word):
        return True
    if len(word) < 32 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", word) or len(word) % 4:
        return False
    try:
        base64.b64decode(word, validate=True).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return True
    return False


def _network(documents):
    """Every pod is under a network policy for both directions."""
    pods = [d for d in documents if d["kind"] in POD_KINDS - {"Pod", "Job", "CronJob"}]
    policies = [d["spec"] for d in documents if d["kind"] == "NetworkPolicy"]
    found = []
    for document in pods:
        labels = _pod_template(document)["metadata"]["labels"]
        kept = [
            policy
            for policy in policies
            if policy["podSelector"].get("matchLabels", {}).items() <= labels.items()
            and set(policy["policyTypes"]) == {"Ingress", "Egress"}
        ]
        if not kept:
            found.append(f"{document['metadata']['name']}: expected a network policy, found none")
    return found


def main(files):
    found = []
    for file in files:
        with open(file, encoding="utf-8") as rendered:
            documents = list(yaml.safe_load_all(rendered))
        if not any(documents):
            found.append(f"{file}: expected manifests, found none")
        found += [f"{file}: {breach}" for breach in breaches(documents)]
    for breach in found:
        print(breach, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
