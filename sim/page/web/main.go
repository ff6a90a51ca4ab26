// Command web builds the script of the page from the sources in src, with esbuild. The script
// is committed, so that nobody needs Node to use Weft; the script run builds it, and with
// -check compares it with what is committed.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	check := flag.Bool("check", false, "compare the script with the one that is there, in place of writing it")
	out := flag.String("o", "../assets/page.js", "the script")
	flag.Parse()
	if err := build(*out, *check); err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		os.Exit(1)
	}
}

func build(out string, check bool) error {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"src/main.tsx"}, Bundle: true, Format: api.FormatESModule, Target: api.ES2022,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
		Charset: api.CharsetASCII, LegalComments: api.LegalCommentsInline,
		JSX: api.JSXAutomatic, JSXImportSource: "preact",
		Define:      map[string]string{"process.env.NODE_ENV": `"production"`},
		TsconfigRaw: `{}`, // what it says is for the type checker
	})
	for _, e := range result.Errors {
		fmt.Fprintf(os.Stderr, "%+v: %s\n", e.Location, e.Text)
	}
	if len(result.Errors) > 0 {
		return fmt.Errorf("the script cannot be built")
	}
	script := result.OutputFiles[0].Contents
	// A script in a page ends where this stands.
	script = bytes.ReplaceAll(script, []byte("</script"), []byte(`<\/script`))
	if !check {
		return os.WriteFile(out, script, 0o644)
	}
	there, err := os.ReadFile(out)
	if err != nil {
		return err
	}
	if !bytes.Equal(there, script) {
		return fmt.Errorf("%s is not what the sources make of it; build it with sim/page/web/run", out)
	}
	return nil
}
