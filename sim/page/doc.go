// Package page shows a program and its orders on an HTML page.
package page
