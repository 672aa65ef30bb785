"""A database on a mounted bucket is refused. rclone mounts a folder in the manner of a bucket."""

import os
import shutil
import subprocess
import tempfile
import unittest

LIKEMIND = os.environ.get("LIKEMIND_BINARY")
REASON = "expected a database on a disk, found a bucket mounted by rclone"


@unittest.skipUnless(LIKEMIND and shutil.which("rclone"), "needs LIKEMIND_BINARY and rclone")
class Bucket(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.objects, self.mount = (os.path.join(self.folder, name) for name in ("objects", "mount"))
        os.mkdir(self.objects)
        os.mkdir(self.mount)
        cached = ["--vfs-cache-mode", "full", "--cache-dir", os.path.join(self.folder, "cache")]
        subprocess.run(["rclone", "mount", "--daemon", *cached, self.objects, self.mount], check=True)
        self.addCleanup(subprocess.run, ["fusermount3", "-u", self.mount], check=True)

    def likemind(self, database, *arguments):
        command = [LIKEMIND, "--db", os.path.join(self.folder, database), *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder)

    def test_a_database_there_is_refused_and_a_copy_of_one_is_not(self):
        self.assertEqual(self.likemind("own.db", "demo").returncode, 0)
        # Neither made nor opened there.
        for arguments in (["demo"], ["serve", "--listen", "127.0.0.1:0"]):
            refused = self.likemind("mount/own.db", *arguments)
            self.assertEqual(refused.returncode, 1, refused.stderr)
            self.assertIn(REASON, refused.stderr)
            self.assertEqual(os.listdir(self.objects), [])
        shutil.copy(os.path.join(self.folder, "own.db"), self.mount)
        before = self.content()
        self.assertIn(REASON, self.likemind("mount/own.db", "models", "list").stderr)
        self.assertEqual(self.content(), before)
        # By way of a link, too.
        os.symlink(os.path.join(self.mount, "own.db"), os.path.join(self.folder, "link.db"))
        self.assertIn(REASON, self.likemind("link.db", "models", "list").stderr)

    def content(self):
        with open(os.path.join(self.mount, "own.db"), "rb") as file:
            return file.read()


if __name__ == "__main__":
    unittest.main()
