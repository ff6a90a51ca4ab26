// Package browser has the tests of package page in a real browser: Chromium, driven by
// chromedp. It is a module of its own, so that Weft needs neither. The script run
// beside this file installs what is missing and runs the tests; with
//
//	./run -shots DIR
//
// they leave pictures of the pages in a folder, to be looked at.
package browser
