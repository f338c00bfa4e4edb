package table

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/images"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// isImages takes an image for a row, and a folder with images for a row of each.
func isImages(in *Input) bool {
	if in.Reader != nil {
		return images.Is(in.head())
	}
	found := false
	_ = filepath.WalkDir(in.Folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && isImageFile(d) {
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found
}

func isImageFile(d fs.DirEntry) bool { return !d.IsDir() && isImageName(d.Name()) }

func isImageName(path string) bool {
	return slices.Contains(images.Extensions, strings.ToLower(filepath.Ext(path)))
}

// imageFiles lists the images of a folder and of those in it, as Keras'
// image_dataset_from_directory does without shuffling: folder by folder, sorted.
func imageFiles(folder string) ([]string, error) {
	byFolder := map[string][]string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && isImageFile(d) {
			dir := filepath.Dir(path)
			byFolder[dir] = append(byFolder[dir], path)
		}
		return err
	})
	var folders, files []string
	for dir := range byFolder {
		folders = append(folders, dir)
	}
	slices.Sort(folders)
	for _, dir := range folders {
		slices.Sort(byFolder[dir])
		files = append(files, byFolder[dir]...)
	}
	return files, err
}

// fileColumn is what the name of an image's file is called where it is kept.
const fileColumn = "file"

// imageReader gives one image, as the one input of a model takes it.
type imageReader struct {
	image *images.Image
	feed  *Feed
	kept  []Feed // the name
	name  string
	class string // in training
	w     *Wanted
}

func readImages(in *Input, w *Wanted) (Reader, error) {
	if in.Reader == nil {
		return readImageFolder(in, w)
	}
	if w.Outputs != nil && in.class == "" {
		return nil, errors.New("images that a model is trained on must be in a folder with a folder for each class")
	}
	if len(w.Inputs) != 1 || len(rowShape(w.Inputs[0])) != 3 || w.Inputs[0].DType != runtime.Float32 {
		return nil, fmt.Errorf("an image is for a model with one input of height, width and channels in float32, received %s", describe(w.Inputs))
	}
	columns := Columns{List: []Column{{}}, Ordered: true}
	keeps := len(w.IDs)+len(w.Keep) > 0 || w.KeepAll
	if keeps || w.Outputs != nil {
		columns.List[0].Name = w.Inputs[0].Name
	}
	if keeps {
		columns.List = append(columns.List, Column{Name: fileColumn, Shape: Scalar})
	}
	if w.Outputs != nil {
		columns.Ordered, columns.List = false, append(columns.List, Column{Name: "y_0", Shape: Scalar})
	}
	layout, err := w.Match(columns)
	if err != nil {
		return nil, err
	}
	r := &imageReader{feed: &layout.Feeds[0], kept: layout.Feeds[1:], name: in.Name, class: in.class, w: w}
	if w.Outputs != nil {
		r.kept = r.kept[1:]
	}
	if slices.ContainsFunc(r.kept, func(f Feed) bool { return f.Columns[0] == 0 }) {
		return nil, fmt.Errorf("of an image, only %q can be kept", fileColumn)
	}
	_, channels, _ := imageShape(r.feed.Port)
	if channels == 0 {
		return nil, fmt.Errorf("an image has 1, 3 or 4 channels, input %q takes %s", r.feed.Port.Name, rowShape(r.feed.Port))
	}
	r.image, err = images.Decode(in.Reader, channels)
	return r, err
}

// imageShape divides the shape of a row: size is height and width, and first says
// that channels come before them. Channels are 0 if there are none that images have.
func imageShape(p keras.Port) (size runtime.Shape, channels int, first bool) {
	shape := rowShape(p)
	switch {
	case slices.Contains([]int{1, 3, 4}, shape[2]):
		return shape[:2], shape[2], false
	case slices.Contains([]int{1, 3, 4}, shape[0]):
		return shape[1:], shape[0], true
	}
	return nil, 0, false
}

// Next implements Reader.
func (r *imageReader) Next(n int) ([]*runtime.Tensor, error) {
	m := r.image
	if r.image = nil; m == nil || n < 1 {
		return nil, io.EOF
	}
	t, err := r.tensor(m)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(r.kept))
	for i := range texts {
		texts[i] = r.name
	}
	if r.class != "" {
		texts = append([]string{r.class}, texts...)
	}
	out := []*runtime.Tensor{t}
	for _, text := range texts {
		t, err := runtime.TensorOf([]string{text}, 1)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// tensor is the row of an image.
func (r *imageReader) tensor(m *images.Image) (*runtime.Tensor, error) {
	size, channels, first := imageShape(r.feed.Port)
	height, width := size[0], size[1]
	if height < 0 {
		height = m.Height
	}
	if width < 0 {
		width = m.Width
	}
	if height == 0 || width == 0 {
		return nil, errors.New("the model takes images without pixels")
	}
	if most := 4 * batchBytes / r.feed.Port.DType.Size() / channels; width > most/height {
		return nil, fmt.Errorf("an image in its own size must have at most %d pixels, received %d×%d", most, width, height)
	}
	pixels := r.w.Images.Fit(nil, m, height, width)
	if !first {
		return runtime.TensorOf(pixels, 1, height, width, channels)
	}
	planes := make([]float32, 0, len(pixels))
	for c := range channels {
		for i := c; i < len(pixels); i += channels {
			planes = append(planes, pixels[i])
		}
	}
	return runtime.TensorOf(planes, 1, channels, height, width)
}
