module example.com/app

go 1.26

require example.com/modx v0.0.1 // which is nowhere but in the workspace
