-- wrk script: requests ten recommendations for random users from 1 to USERS (default 6040, as in ml-1m):
--
--     USERS=6040 wrk -t 2 -c 64 -d 30 --latency -s benches/http/recommendations.lua http://127.0.0.1:8080

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "prepared.lua")

local users = tonumber(os.getenv("USERS") or "6040")

function init(args)
  prepare(20000, function()
    return wrk.format("GET", "/v1/users/" .. math.random(users) .. "/recommendations?n=10")
  end)
end
