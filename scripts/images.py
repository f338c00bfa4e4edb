"""Images and what real Keras makes of them.

    images.py write    writes internal/images/testdata: synthetic images by Pillow, and
                       answers of keras.utils.load_img, img_to_array and
                       image_dataset_from_directory

Needs Keras 3 on TensorFlow, and Pillow.
"""
import os
import shutil
import sys
import tempfile

import numpy as np
from PIL import Image

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras  # noqa: E402

OUT = os.path.join(os.path.dirname(__file__), "..", "internal", "images", "testdata")
WIDTH, HEIGHT = 25, 21


def picture():
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    r = np.random.default_rng(3)
    rgb = np.stack([128 + 120 * np.sin(x / 5), 255 * y / HEIGHT, 128 + 100 * np.cos((x + y) / 3)], -1)
    rgb[5:11, 6:15] = [250, 20, 30]  # an edge of color, where chroma at half the size shows
    rgb += r.normal(0, 6, rgb.shape)
    return np.clip(rgb, 0, 255).astype("uint8")


def write_images(folder):
    rgb = picture()
    alpha = np.clip(np.mgrid[0:HEIGHT, 0:WIDTH][1] * 12 - 20, 0, 255).astype("uint8")
    m, a = Image.fromarray(rgb), Image.fromarray(np.dstack([rgb, alpha]))

    def save(image, name, **options):
        image.save(os.path.join(folder, name), **options)

    for name, sub in (("444", 0), ("422", 1), ("420", 2)):
        save(m, f"jpeg_{name}.jpg", quality=88, subsampling=sub)
    save(m, "jpeg_progressive.jpg", quality=70, progressive=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    save(m, "jpeg_exif.jpeg", quality=90, exif=exif)
    save(m.convert("L"), "jpeg_gray.jpg", quality=90)
    save(m.convert("CMYK"), "jpeg_cmyk.jpg", quality=90, subsampling=0)
    save(m, "rgb.png")
    save(a, "rgba.png")
    save(m.convert("L"), "gray.png")
    save(m.convert("L").convert("1"), "bits.png")
    save(Image.merge("LA", (m.convert("L"), a.getchannel("A"))), "gray_alpha.png")
    save(m.quantize(32), "palette.png")
    save(m.quantize(16), "palette.gif")
    save(m, "rgb.bmp")
    save(m.convert("L"), "gray.bmp")
    save(m, "lossy.webp", quality=80)
    save(m, "lossless.webp", lossless=True)
    save(a, "alpha.webp", quality=80)
    save(m, "rgb.tif", compression="tiff_lzw")
    save(m.convert("L"), "gray.tiff")


def answers(folder):
    out = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)

        def load(*key, **options):
            image = keras.utils.img_to_array(keras.utils.load_img(path, **options))
            assert np.array_equal(image, image.astype("uint8"))
            out["|".join((name, "load_img") + key)] = image.astype("uint8")

        for mode in ("grayscale", "rgb", "rgba"):
            load(mode, "", "", color_mode=mode)
        if name in ("rgb.png", "rgba.png", "jpeg_420.jpg"):
            for method in ("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"):
                mode = "rgba" if name == "rgba.png" else "rgb"
                load(mode, method, "9x13", color_mode=mode, target_size=(9, 13), interpolation=method)
                load(mode, method, "30x26", color_mode=mode, target_size=(30, 26), interpolation=method)
                load(mode, method, "10x10 crop", color_mode=mode, target_size=(10, 10), interpolation=method, keep_aspect_ratio=True)
    for name in ("rgb.png", "jpeg_420.jpg", "palette.gif", "rgb.bmp"):
        with tempfile.TemporaryDirectory() as one:
            shutil.copy(os.path.join(folder, name), one)
            for method in ("bilinear", "nearest"):
                for (h, w), crop in (((9, 13), False), ((30, 26), False), ((10, 10), True)):
                    data = keras.utils.image_dataset_from_directory(one, labels=None, image_size=(h, w), interpolation=method, crop_to_aspect_ratio=crop, shuffle=False, verbose=False)
                    out["|".join((name, "dataset", "rgb", method, f"{h}x{w}" + " crop" * crop))] = next(iter(data)).numpy()[0]
    return out


if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    write_images(OUT)
    np.savez_compressed(os.path.join(OUT, "want.npz"), **answers(OUT))
    print(keras.__version__)
