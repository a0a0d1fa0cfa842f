package fcvm.container.image;

import fcvm.provision.Command;
import fcvm.provision.PodmanStore;
import fcvm.provision.ProvisionException;
import fcvm.provision.ToolTree;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// A guest's disk with one image on it: an erofs file that is an image store of its own.
///
/// @param manifest the image's
/// @param config the image's
record ImageDisk(Manifest manifest, ImageConfig config) {
  /// Part of the files' names: another way of making them is another name.
  private static final String RECIPE = "1";

  private static final String ENDING = "-" + RECIPE + ".erofs";
  private static final int ID_LENGTH = 64;

  ImageDisk {
    if (manifest.layers().size() != config.layers().size()) {
      throw new IllegalArgumentException(
          manifest.layers().size() + " layers, and digests of " + config.layers().size());
    }
  }

  static ImageDisk of(Manifest manifest, ImageConfig config) throws ProvisionException {
    try {
      return new ImageDisk(manifest, config);
    } catch (IllegalArgumentException e) {
      throw new ProvisionException(
          "the image's manifest and configuration do not fit: " + e.getMessage(), e);
    }
  }

  /// The file's name for an image.
  static String fileName(Digest image) {
    return image.hex() + ENDING;
  }

  /// The id of the image that a file has.
  static String imageId(Path file) {
    return file.getFileName().toString().substring(0, ID_LENGTH);
  }

  /// Makes the file.
  ///
  /// @param blobs directory of the layers, by the digits of their digests
  void write(Path file, Path blobs, BlobStream streams, ToolTree tools) throws IOException {
    List<String> arguments =
        List.of(
            "--quiet",
            "--tar=f",
            "--aufs",
            "-T0",
            "--mkfs-time",
            "-U",
            "clear",
            "-b",
            "4096",
            file.toString());
    AtomicReference<@Nullable IOException> bad = new AtomicReference<>();
    try {
      new Command(tools.command("mkfs.erofs", arguments))
          .with("TMPDIR", file.resolveSibling("").toString())
          .write(out -> {
            try {
              write(out, blobs, streams);
            } catch (ProvisionException | EOFException | ZipException e) {
              bad.set(e);
              throw e;
            }
          });
    } catch (IOException e) {
      // What is wrong with a layer says more than what mkfs.erofs made of it.
      IOException first = bad.get();
      throw first == null
          ? e
          : new ProvisionException("the image is broken: " + first.getMessage(), e);
    }
  }

  /// Writes the tar that the file is made from.
  void write(OutputStream out, Path blobs, BlobStream streams) throws IOException {
    try (StoreTar tar = new StoreTar(out)) {
      for (String dir : List.of("", "overlay", "overlay/l", "overlay-layers", "overlay-images")) {
        tar.directory(dir.isEmpty() ? "." : dir, 0755);
      }
      tar.directory("overlay-images/" + manifest.config().hex(), 0755);
      List<PodmanStore.Layer> layers = new ArrayList<>();
      LayerCopy copy = new LayerCopy(tar);
      String below = "";
      for (int i = 0; i < config.layers().size(); i++) {
        Manifest.Layer sent = manifest.layers().get(i);
        Digest diff = config.layers().get(i);
        String id = layerId(below, diff);
        tar.directory("overlay/" + id, 0755);
        streams.read(
            blobs.resolve(sent.digest().hex()),
            diff,
            layer -> {
              long size = copy.copy(PodmanStore.diff(id), new LayerReader(layer));
              layers.add(
                  new PodmanStore.Layer(id, sent.digest().hex(), sent.size(), diff.hex(), size));
            });
        below = id;
      }
      new PodmanStore(
              manifest.bytes(), config.bytes(), List.of(), config.created().toString(), layers)
          .write(tar);
    }
  }

  // A layer is named with all that are below it, because an image may have the same twice.
  private static String layerId(String below, Digest layer) {
    return below.isEmpty()
        ? layer.hex()
        : Digest.of(("sha256:" + below + " " + layer).getBytes(StandardCharsets.US_ASCII)).hex();
  }
}
