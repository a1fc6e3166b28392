wanted, home, *outside = ARGV
Gem.use_paths(home, [home, *outside])
set = Gem::RequestSet.new(*wanted.split.each_slice(2).map { |name, version| Gem::Dependency.new(name, "= #{version}") })
set.resolve_current
set.sorted_requests.each { |request| puts [request.full_spec.name, request.full_spec.version, request.full_spec.loaded_from].join(" ") }
