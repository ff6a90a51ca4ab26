// Package deploy_test reads the files of this folder as those do for whom they are.
package deploy_test

import (
	"bytes"
	"os"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// TestKubernetes: each document is what it says it is, and has no field that this has not.
// The selectors select the pods of their own templates, and all pods take the token.
func TestKubernetes(t *testing.T) {
	pods := map[string]corev1.PodTemplateSpec{}
	for _, file := range []string{"kubernetes.yaml", "job.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range bytes.Split(data, []byte("\n---\n")) {
			var head struct{ APIVersion, Kind string }
			if err := yaml.Unmarshal(document, &head); err != nil {
				t.Fatal(err)
			}
			read := func(into any) {
				t.Helper()
				if err := yaml.UnmarshalStrict(document, into); err != nil {
					t.Errorf("%s: %s: %v", file, head.Kind, err)
				}
			}
			selects := func(selector map[string]string, pod corev1.PodTemplateSpec) {
				t.Helper()
				for label, value := range selector {
					if pod.Labels[label] != value {
						t.Errorf("%s: %s selects %s=%s, which its pods do not have", file, head.Kind, label, value)
					}
				}
			}
			switch head.APIVersion + " " + head.Kind {
			case "v1 Secret":
				read(&corev1.Secret{})
			case "v1 Service":
				read(&corev1.Service{})
			case "apps/v1 StatefulSet":
				var s appsv1.StatefulSet
				read(&s)
				selects(s.Spec.Selector.MatchLabels, s.Spec.Template)
				pods[head.Kind] = s.Spec.Template
			case "apps/v1 Deployment":
				var d appsv1.Deployment
				read(&d)
				selects(d.Spec.Selector.MatchLabels, d.Spec.Template)
				pods[head.Kind] = d.Spec.Template
			case "batch/v1 Job":
				var j batchv1.Job
				read(&j)
				pods[head.Kind] = j.Spec.Template
			default:
				t.Errorf("%s has a %s %s, which nothing here reads", file, head.APIVersion, head.Kind)
			}
		}
	}
	if len(pods) != 3 {
		t.Errorf("there are pods of %d kinds, want 3", len(pods))
	}
	for kind, pod := range pods {
		token := false
		for _, c := range pod.Spec.Containers {
			for _, e := range c.Env {
				token = token || e.Name == "WEFT_QUEUE_TOKEN" && e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil
			}
		}
		if !token {
			t.Errorf("the pods of the %s do not take the token", kind)
		}
	}
}
