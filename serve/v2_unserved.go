package serve

import "net/http"

// unserved answers for what Triton's clients can ask for and is not served, under the
// paths that they use.
func (s v2) unserved(mux *http.ServeMux) {
	for _, u := range []struct{ path, why string }{
		{"/v2/systemsharedmemory/", sharedMemory},
		{"/v2/cudasharedmemory/", sharedMemory},
		{"/v2/trace/setting", settings},
		{"/v2/models/{model}/trace/setting", settings},
		{"/v2/logging", settings},
		{"POST /v2/repository/models/{model}/load", adminOnly},
		{"POST /v2/repository/models/{model}/unload", adminOnly},
	} {
		mux.HandleFunc(u.path, func(w http.ResponseWriter, r *http.Request) {
			writeError(w, fail(Unsupported, "%s: %s", r.URL.Path, u.why))
		})
	}
}

const (
	sharedMemory = "there is no shared memory: requests hold their tensors"
	settings     = "the server's settings are its flags"
	adminOnly    = "models are loaded and unloaded at the address that --admin gives"
)

// Unserved says why a call of Triton's, by the name of its rpc, is not served, or "".
func Unserved(rpc string) string {
	switch rpc {
	case "SystemSharedMemoryStatus", "SystemSharedMemoryRegister", "SystemSharedMemoryUnregister",
		"CudaSharedMemoryStatus", "CudaSharedMemoryRegister", "CudaSharedMemoryUnregister":
		return sharedMemory
	case "TraceSetting", "LogSettings":
		return settings
	case "RepositoryModelLoad", "RepositoryModelUnload":
		return adminOnly
	}
	return ""
}
