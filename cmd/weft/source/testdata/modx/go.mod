module example.com/modx

go 1.26
