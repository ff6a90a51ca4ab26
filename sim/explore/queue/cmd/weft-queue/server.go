package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"weft/sim/explore/queue/jet"
)

// serverFlags say how the server is reached.
type serverFlags struct {
	url, token, creds string
	tls               jet.TLS
	patience          time.Duration
}

func (f *serverFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.url, "nats", os.Getenv("NATS_URL"), "the `URL` of the NATS server, with JetStream, such as nats://server:4222 or tls://server:4222; NATS_URL")
	cmd.Flags().StringVar(&f.token, "token", os.Getenv("WEFT_QUEUE_TOKEN"), "what the server asks for; WEFT_QUEUE_TOKEN, where it is not seen in the list of processes")
	cmd.Flags().StringVar(&f.creds, "creds", "", "a `FILE` of NATS credentials")
	cmd.Flags().StringVar(&f.tls.Cert, "tlscert", "", "a certificate: a PEM `FILE`")
	cmd.Flags().StringVar(&f.tls.Key, "tlskey", "", "its private key: a PEM `FILE`")
	cmd.Flags().StringVar(&f.tls.CA, "tlsca", "", "who may have signed the certificate of the other side: a PEM `FILE`")
	cmd.Flags().DurationVar(&f.patience, "patience", jet.DefaultPatience, "how long the server may not answer")
}

// dial connects to the server that the flags name.
func (f *serverFlags) dial(ctx context.Context) (*jet.Client, error) {
	if f.url == "" {
		return nil, errors.New("which server? Give --nats URL, as weft-queue serve has said it, or NATS_URL")
	}
	return jet.Dial(ctx, jet.DialOptions{URL: f.url, Token: f.token, Creds: f.creds, TLS: f.tls, Patience: f.patience})
}
