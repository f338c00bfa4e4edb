// Package page shows the models of a server to people: what there is, the graph of
// a model with its options, weights and activations, a form to try it, and what to
// write to ask for the same from a program.
//
// Files are what a browser loads: HTML, CSS and JavaScript as they stand in
// static/, for which nothing is built, and which ask no other server for anything.
// NewAPI answers what they ask below /page/api/; answers themselves come from the
// server's own /v1/. serve.Server takes both, and whoever embeds serve.NewHandler
// puts both beside it:
//
//	mux.Handle("/", page.Files())
//	mux.Handle("/page/api/", page.NewAPI(models))
//	mux.Handle("/v1/", serve.NewHandler(models))
//
// # What belongs here
//
// What is shown of a model. Protocols and limits are serve's, and how a model
// computes is keras'. The same page runs as a static site, where serve/page/wasm
// stands in for the server.
package page
