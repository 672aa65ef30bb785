-- wrk script: requests ten recommendations for people who are not stored, each with 20 ratings of random
-- items from 1 to ITEMS (default 3706, as in generated ml-1m):
--
--     ITEMS=3706 wrk -t 2 -c 8 -d 30 --latency -s benches/http/guests.lua http://127.0.0.1:8080

local items = tonumber(os.getenv("ITEMS") or "3706")
local threads = 0
local requests, next_request = {}, 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

local function body()
  local rated, ratings = {}, {}
  while #ratings < 20 do
    local item = math.random(items)
    if not rated[item] then
      rated[item] = true
      ratings[#ratings + 1] = string.format('{"item":"%d","rating":%d}', item, math.random(5))
    end
  end
  return '{"n":10,"ratings":[' .. table.concat(ratings, ",") .. "]}"
end

-- Prepares the requests, so that wrk leaves the processor to the service.
function init(args)
  math.randomseed(seed)
  local headers = { ["content-type"] = "application/json" }
  for i = 1, 5000 do
    requests[i] = wrk.format("POST", "/v1/recommendations", headers, body())
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency, requests)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("%.0f a second, p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, failed %d\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(90) / 1000, latency:percentile(99) / 1000, errors.status + lost))
end
