package table

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readImageFolder reads the images of a folder. For training there is a folder for
// each class in it, as for Keras' image_dataset_from_directory, and the images are
// mixed: those that are cut off for validation would be one class else.
func readImageFolder(in *Input, w *Wanted) (Reader, error) {
	var files []string
	class := map[string]string{} // by file
	if w.Outputs == nil {
		var err error
		if files, err = imageFiles(in.Folder); err != nil {
			return nil, err
		}
	} else {
		names, err := imageClasses(in.Folder, w)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			some, err := imageFiles(filepath.Join(in.Folder, name))
			if err != nil {
				return nil, err
			}
			if len(some) == 0 {
				return nil, fmt.Errorf("no images in the folder of class %q", name)
			}
			for _, path := range some {
				class[path] = name
			}
			files = append(files, some...)
		}
		random := rand.New(rand.NewPCG(0, 0x6b657261737275))
		random.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	}
	return readSeveral(Several(files, func(path string) (*Input, func(), error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, err
		}
		image := Stream(path, f)
		image.class = class[path]
		return image, func() { f.Close() }, nil
	}), w)
}

// imageClasses lists the folders of a folder, sorted: the classes in Keras' order.
// Labels that were given must be the same ones.
func imageClasses(folder string, w *Wanted) ([]string, error) {
	list, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range list {
		switch {
		case f.IsDir() && !strings.HasPrefix(f.Name(), "."):
			names = append(names, f.Name())
		case isImageFile(f):
			w.note("images that are not in the folder of a class are left out, as Keras does")
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("wanted a folder with images for each class, received images alone")
	}
	if w.Labels == nil {
		w.Labels = names
		w.note("the classes are the folders: %s", brief(names))
		return names, nil
	}
	if given := slices.Sorted(slices.Values(w.Labels)); !slices.Equal(given, names) {
		return nil, fmt.Errorf("the labels are %s, the folders %s: they must be the same", brief(w.Labels), brief(names))
	}
	return names, nil
}
