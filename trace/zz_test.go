package trace_test
import ("testing";"os";"weft/trace")
func TestZZ(t *testing.T){
 p := os.Getenv("ZZ"); if p=="" {t.Skip()}
 f,_ := os.Open(p); tr,err := trace.ReadJSONL(f); if err!=nil {t.Fatal(err)}
 for _,v := range trace.Views(){ if v=="jsonl"||v=="svg"{continue}; println("-----",v); trace.Render(os.Stdout,v,tr,trace.ViewOptions{Width:100}) }
 g,_ := os.Create("/tmp/tv/out.svg"); trace.Render(g,"svg",tr,trace.ViewOptions{}); g.Close()
}
func TestZM(t *testing.T){
 p := os.Getenv("ZM"); if p=="" {t.Skip()}
 f,_ := os.Open(p); tr,err := trace.ReadJSONL(f); if err!=nil {t.Fatal(err)}
 g,_ := os.Create("/tmp/mm/out.mmd"); trace.Render(g,"mermaid",tr,trace.ViewOptions{}); g.Close()
}
