-- wrk script: requests ten recommendations for people who are not stored, each with 20 ratings of random
-- items from 1 to ITEMS (default 3706, as in generated ml-1m):
--
--     ITEMS=3706 wrk -t 2 -c 8 -d 30 --latency -s benches/http/guests.lua http://127.0.0.1:8080

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "prepared.lua")

local items = tonumber(os.getenv("ITEMS") or "3706")
local headers = { ["content-type"] = "application/json" }

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

function init(args)
  prepare(5000, function()
    return wrk.format("POST", "/v1/recommendations", headers, body())
  end)
end
