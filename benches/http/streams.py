#!/usr/bin/env python3
"""Follows a job with many clients until it ends, and measures what they cost the service.

    benches/http/streams.py http://127.0.0.1:8080 JOB [CLIENTS]

Prints one line of JSON: the number of clients that received the end event, the total number of events,
and, if SERVER_PID is the process id of the service, the processor time that its threads used meanwhile,
separately for serving and for the job.
"""

import asyncio
import json
import os
import sys
import time
from urllib.parse import urlsplit


async def listen(host, port, job):
    """Reads a job's stream to its end; returns the number of events and whether the last was `end`."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET /v1/jobs/{job}/events HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
    events, ended = 0, False
    while line := await reader.readline():
        if line.startswith(b"event: "):
            events += 1
            ended = line.strip() == b"event: end"
        elif line.strip() == b"0" and ended:
            break
    writer.close()
    return events, ended


def processor_seconds(pid):
    """Returns the processor time of a process so far: (serving threads, threads of the job)."""
    serving = job = 0.0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/stat") as stat:
                name, fields = stat.read().split("(", 1)[1].rsplit(")", 1)
        except FileNotFoundError:
            continue  # The thread has ended.
        fields = fields.split()
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        if name.startswith("likemind-fit"):
            job += seconds
        else:
            serving += seconds
    return serving, job


async def watch(pid, before, latest):
    """Polls the times, as they are lost when threads end; `latest` keeps the maximum."""
    while True:
        now = processor_seconds(pid)
        latest[:] = [max(was, is_now - then) for was, is_now, then in zip(latest, now, before)]
        await asyncio.sleep(0.2)


async def main():
    url, job = urlsplit(sys.argv[1]), int(sys.argv[2])
    clients = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    pid = os.environ.get("SERVER_PID")
    spent = [0.0, 0.0]
    watching = asyncio.create_task(watch(pid, processor_seconds(pid), spent)) if pid else None
    start = time.monotonic()
    results = await asyncio.gather(*(listen(url.hostname, url.port, job) for _ in range(clients)))
    if watching:
        watching.cancel()
    print(json.dumps({
        "clients": clients,
        "ended": sum(ended for _, ended in results),
        "events": sum(events for events, _ in results),
        "seconds": round(time.monotonic() - start, 1),
        "serving_cpu_seconds": round(spent[0], 2),
        "job_cpu_seconds": round(spent[1], 2),
    }))


asyncio.run(main())
