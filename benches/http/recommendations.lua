-- wrk script: requests ten recommendations for random users from 1 to USERS (default 6040, as in ml-1m):
--
--     USERS=6040 wrk -t 2 -c 64 -d 30 --latency -s benches/http/recommendations.lua http://127.0.0.1:8080

local users = tonumber(os.getenv("USERS") or "6040")
local threads = 0
local requests, next_request = {}, 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

-- Prepares the requests, so that wrk leaves the processor to the service.
function init(args)
  math.randomseed(seed)
  for i = 1, 20000 do
    requests[i] = wrk.format("GET", "/v1/users/" .. math.random(users) .. "/recommendations?n=10")
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency, requests)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("%.0f a second, p50 %.2f ms, p99 %.2f ms, failed %d\n",
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors.status + lost))
end
