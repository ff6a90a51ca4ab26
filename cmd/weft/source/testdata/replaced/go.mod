module example.com/replaced

go 1.26

require example.com/modx v0.0.0

replace example.com/modx => ../modx
