package fcvm.container.image;

import fcvm.linux.Arch;
import fcvm.provision.ProvisionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an image consists of: an OCI image manifest, or Docker's, version 2, schema 2.
final class Manifest {
  private static final int MOST_LAYERS = 500;

  private final byte[] bytes;
  private final Digest config;
  private final List<Layer> layers;

  private Manifest(byte[] bytes, Digest config, List<Layer> layers) {
    this.bytes = bytes.clone();
    this.config = config;
    this.layers = layers;
  }

  /// As the registry has it.
  byte[] bytes() {
    return bytes.clone();
  }

  /// The configuration's digest, which is the image's id.
  Digest config() {
    return config;
  }

  /// The lowest first.
  List<Layer> layers() {
    return layers;
  }

  /// A layer as it is sent.
  ///
  /// @param size bytes, compressed as they may be
  record Layer(Digest digest, long size) {}

  static Manifest parse(byte[] bytes) throws ProvisionException {
    JsonObject json = JsonObject.parse("the image's manifest", bytes);
    Optional<JsonObject> config = json.object("config");
    if (config.isEmpty()) {
      throw new ProvisionException(
          json.has("schemaVersion") && json.number("schemaVersion") == 1
              ? "the image has a manifest of Docker's first version, which fcvm does not know:"
                  + " push it again with a newer program"
              : "the image's manifest names no configuration");
    }
    List<Layer> layers = new ArrayList<>();
    for (JsonObject layer : json.objects("layers")) {
      layers.add(new Layer(Digest.parse(layer.text("digest")), layer.number("size")));
    }
    if (layers.size() > MOST_LAYERS) {
      throw new ProvisionException(
          "the image has " + layers.size() + " layers; Linux can lay " + MOST_LAYERS);
    }
    return new Manifest(bytes, Digest.parse(config.get().text("digest")), layers);
  }

  /// Of a list of manifests for several computers the one for an architecture; empty if it is no
  /// list.
  static Optional<Digest> choose(byte[] bytes, Arch arch) throws ProvisionException {
    JsonObject json = JsonObject.parse("the image's manifest", bytes);
    if (!json.has("manifests")) {
      return Optional.empty();
    }
    List<String> others = new ArrayList<>();
    for (JsonObject manifest : json.objects("manifests")) {
      Optional<JsonObject> platform = manifest.object("platform");
      String os = platform.isPresent() ? platform.get().text("os") : "";
      String architecture = platform.isPresent() ? platform.get().text("architecture") : "";
      if (os.equals("linux") && architecture.equals(arch.debianName())) {
        return Optional.of(Digest.parse(manifest.text("digest")));
      }
      others.add(Printable.quoted(os + "/" + architecture));
    }
    throw new ProvisionException(
        "the image is not for linux/" + arch + ", only for " + String.join(", ", others));
  }

  /// Bytes of all layers.
  long size() {
    return layers.stream().mapToLong(Layer::size).sum();
  }
}
