"""The layer in Keras, and the model that main.go runs: python model.py writes model.keras."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("Shop")
class AttentionPool(keras.layers.Layer):
    """The mean over time, weighed by softmax(tanh(x·kernel + bias) / temperature)."""

    def __init__(self, temperature=1.0, **kwargs):
        super().__init__(**kwargs)
        self.temperature = temperature

    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], 1))
        self.bias = self.add_weight(name="bias", shape=(1,), initializer="zeros")

    def call(self, x, mask=None):
        scores = ops.tanh(x @ self.kernel + self.bias) / self.temperature
        if mask is not None:
            scores = ops.where(mask[..., None], scores, -1e9)
        return ops.sum(ops.softmax(scores, axis=1) * x, axis=1)

    def compute_mask(self, x, mask=None):
        return None  # what comes out has no time

    def get_config(self):
        return {**super().get_config(), "temperature": self.temperature}


if __name__ == "__main__":
    keras.utils.set_random_seed(3)
    model = keras.Sequential([
        keras.Input((4,)),
        keras.layers.Embedding(6, 3, mask_zero=True),
        AttentionPool(temperature=0.5, name="pool"),
        keras.layers.Dense(2, activation="softmax"),
    ])
    model.layers[1].bias.assign([0.25])
    model.layers[0].embeddings.assign(10 * model.layers[0].embeddings)
    model.compile("sgd", "categorical_crossentropy")
    model.save("model.keras")
    print(model.predict(ops.array([[1, 2, 3, 0], [5, 4, 0, 0], [2, 2, 1, 5]], "float32"), verbose=0))
