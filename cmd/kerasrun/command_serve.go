package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc"
	"github.com/kerasrun/kerasrun/serve/page"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	serve.Options
	server serve.Server
	grpc   string // address
	most   int    // bytes of a message of gRPC
	folder string
	config string
	noPage bool
}

func (a *app) serveCommand() *cobra.Command {
	o := serveOptions{Options: serve.Options{Poll: 5 * time.Second}}
	cmd := &cobra.Command{
		Use:   "serve [NAME=]PATH...",
		Short: "Answer requests over HTTP as TensorFlow Serving and KServe do",
		Long: `serve answers requests over HTTP until it is interrupted.

PATH is a model, a folder that holds one, or one that has a folder for each
version, named by its number. The model's name is the file's without its ending, unless NAME is given.
--models serves everything in a folder, --config what a file lists:

  models:
    - name: churn
      path: models/churn        # holds 1/, 2/, …
      labels: {stable: 1, canary: 2}
  custom: {TransformerBlock: transformer.json} # as --custom, for all models

POST /v1/models/NAME:predict is TensorFlow Serving's REST API, /v2/models/NAME/infer
the Open Inference Protocol of KServe and Triton, with binary tensors; /healthz and
/readyz are for probes. GET / is a page that shows the models and tries them; it loads
nothing from elsewhere. It keeps the weights as they are in the files beside those
that answers are computed with: --no-page saves that memory. --grpc has both over
gRPC, with health and reflection. --admin opens a listener for metrics (GET /metrics)
and for loading and unloading models, over HTTP and gRPC; let only administrators
reach it.

Files are looked at again every --poll. A model that has changed is loaded, held
against NAME.npz beside it if there is one, and warmed before it takes the place of
the old one, whose requests end as they began. What cannot be served is said in the
log, the metrics and the model's status; the old one stays.

Rows of requests that wait at the same time are computed together, which changes
no bit of an answer. SIGTERM and an interrupt end the server once its requests are
answered; a second one ends it now.`,
		Example: example(
			"kerasrun serve model.keras",
			"kerasrun serve churn=models/churn-2024.h5 prices=models/prices --listen :8501 --grpc :8500 --admin 127.0.0.1:9090",
			"kerasrun serve --models models --tls-cert cert.pem --tls-key key.pem --token-file token",
			`curl -d '{"instances": [[0.1, 0.2]]}' localhost:8080/v1/models/model:predict`,
		),
		RunE: work(func(ctx context.Context, args []string) error { return a.serve(ctx, args, &o) }),
	}
	a.customFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&o.folder, "models", "", "serve every model in this folder")
	f.StringVar(&o.config, "config", "", "YAML file that lists models")
	f.StringVar(&o.server.Address, "listen", "localhost:8080", "HOST:PORT, unix:PATH, or systemd for the socket that systemd passes")
	f.StringVar(&o.server.Admin, "admin", "", "likewise, for metrics, load and unload (default: none)")
	f.StringVar(&o.grpc, "grpc", "", "likewise, for gRPC (default: none)")
	f.IntVar(&o.most, "grpc-max-message", 4<<20, "bytes of a request over gRPC")
	f.StringVar(&o.server.CertFile, "tls-cert", "", "certificate of the server, PEM")
	f.StringVar(&o.server.KeyFile, "tls-key", "", "its key, PEM")
	f.StringVar(&o.server.ClientCAFile, "tls-client-ca", "", "clients must show a certificate of one of these, PEM")
	f.StringVar(&o.server.TokenFile, "token-file", "", "requests must bear the token in this file, but for health")
	f.BoolVar(&o.noPage, "no-page", false, "no page at /")
	f.BoolVar(&o.server.AccessLog, "access-log", false, "a line in the log for each request")
	f.DurationVar(&o.server.Drain, "drain", 0, "time between /readyz saying no and closing, for load balancers to see it")
	f.DurationVar(&o.server.Grace, "grace", 25*time.Second, "time for running requests at the end")
	f.IntVar(&o.server.MaxConns, "max-connections", 10_000, "connections at a time")
	f.IntVar(&o.MaxBatch, "max-batch", 64, "rows of several requests computed together, 1 for each request alone")
	f.DurationVar(&o.MaxWait, "max-wait", 0, "wait so long for more rows; 0 takes only what waits anyway")
	f.IntVar(&o.MaxQueue, "max-queue", 1024, "requests that wait for a model")
	f.IntVar(&o.MaxRows, "max-rows", 4096, "rows of a request")
	f.Int64Var(&o.MaxBody, "max-body", 64<<20, "bytes of a request")
	f.DurationVar(&o.Timeout, "timeout", 30*time.Second, "of a request, waiting included")
	f.IntVar(&o.Workers, "workers", 0, "calls of models at a time (default: one for each core)")
	f.IntVar(&o.Versions, "versions", 1, "newest versions of a model that are served")
	f.DurationVar(&o.Poll, "poll", 5*time.Second, "time between looks at the models' files; 0 for never")
	return cmd
}

func (a *app) serve(ctx context.Context, args []string, o *serveOptions) error {
	o.Load = customOptions(a.custom)
	wanted, err := o.wanted(args)
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		return usage("wanted models: PATH, --models or --config")
	}
	if o.MaxBatch < 0 || o.MaxWait < 0 || o.MaxQueue < 0 || o.MaxRows < 0 || o.MaxBody < 0 || o.Timeout < 0 || o.Workers < 0 ||
		o.Versions < 0 || o.Poll < 0 || o.server.MaxConns < 0 || o.server.Drain < 0 || o.server.Grace < 0 || o.most < 0 {
		return usage("no limit may be negative")
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	o.Log = log
	o.KeepModels = !o.noPage
	models := serve.NewModels(o.Options)
	var wrong []error
	for _, w := range wanted {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := models.Open(w.Name, w.Path); err != nil {
			wrong = append(wrong, err)
		}
		for label, version := range w.Labels {
			models.Label(w.Name, label, version)
			if _, err := models.Find(serve.Ref{Model: w.Name, Label: label}); err != nil {
				wrong = append(wrong, fmt.Errorf("label %q: %w", label, err))
			}
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	o.server.Models = models
	if !o.noPage {
		o.server.Page, o.server.PageAPI = page.Files(), page.NewAPI(models)
	}
	o.server.Listening = func(what string, at net.Addr) { log.Info("listening", "what", what, "address", at.String()) }
	token, err := serve.Token(o.server.TokenFile)
	if err != nil {
		return err
	}
	if o.grpc != "" {
		o.server.Also = append(o.server.Also, grpc.Service(grpc.NewServer(models, grpc.Options{MaxMessage: o.most, Token: token, AccessLog: o.server.AccessLog}), o.grpc))
	}
	if o.server.Admin != "" {
		o.server.AdminGRPC = grpc.NewAdmin(models, grpc.Options{Token: token, AccessLog: o.server.AccessLog})
	}
	return o.server.Run(ctx)
}

// wanted lists the models to serve, in order.
func (o *serveOptions) wanted(args []string) ([]servedModel, error) {
	var all []servedModel
	for _, arg := range args {
		name, path, named := strings.Cut(arg, "=")
		if !named || strings.ContainsAny(name, `/\`) { // a path may hold =
			name, path = modelName(arg), arg
		}
		all = append(all, servedModel{Name: name, Path: path})
	}
	if o.folder != "" {
		entries, err := os.ReadDir(o.folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			switch strings.ToLower(filepath.Ext(e.Name())) {
			case ".keras", ".h5", ".hdf5":
			default:
				if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || e.Name() == "lost+found" { // what volumes hold beside
					continue
				}
			}
			all = append(all, servedModel{Name: modelName(e.Name()), Path: filepath.Join(o.folder, e.Name())})
		}
	}
	if o.config != "" {
		listed, err := readServed(o.config)
		if err != nil {
			return nil, err
		}
		all = append(all, listed.Models...)
		o.Load = append(o.Load, customOptions(listed.Custom)...)
	}
	return all, checkServed(all)
}

// modelName is a path's last element without the ending of a model.
func modelName(path string) string {
	name := filepath.Base(filepath.Clean(path))
	switch ext := filepath.Ext(name); strings.ToLower(ext) {
	case ".keras", ".h5", ".hdf5":
		return strings.TrimSuffix(name, ext)
	}
	return name
}
