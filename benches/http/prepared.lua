-- Shared by the wrk scripts: each thread prepares its requests, so that wrk leaves the processor to the
-- service, and repeats them. Prints one line at the end.

local threads = 0
local requests, next_request = {}, 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

-- Prepares `count` requests; `make` returns one of them.
function prepare(count, make)
  math.randomseed(seed)
  for i = 1, count do
    requests[i] = make()
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("%.0f a second, p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, failed %d\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(90) / 1000, latency:percentile(99) / 1000, errors.status + lost))
end
