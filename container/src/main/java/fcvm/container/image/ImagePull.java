package fcvm.container.image;

import fcvm.linux.Arch;
import fcvm.provision.DiskSpace;
import fcvm.provision.Progress;
import fcvm.provision.ProvisionException;
import fcvm.provision.Sha256;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;

/// Fetches one image: its manifest and configuration byte for byte, the layers that are not there
/// yet, then makes its disk. The name is the last thing that is written.
final class ImagePull {
  private static final long ALMOST_NOTHING = 1 << 20;

  private final StoreFiles files;
  private final ImageTools tools;
  private final Skopeo skopeo;
  private final Path scratch;
  private final Arch arch;
  private final Progress progress;

  /// @param scratch a directory of its own in the store
  ImagePull(
      StoreFiles files,
      ImageTools tools,
      Skopeo skopeo,
      Path scratch,
      Arch arch,
      Progress progress) {
    this.files = files;
    this.tools = tools;
    this.skopeo = skopeo;
    this.scratch = scratch;
    this.arch = arch;
    this.progress = progress;
  }

  /// The digest that a registry's name stands for now.
  Digest digest(ImageReference.Named name) throws IOException {
    return Digest.of(skopeo.manifest("docker://" + pinned(name)));
  }

  /// Fetches an image from a registry.
  StoredImage registry(ImageReference.Named name) throws IOException {
    byte[] bytes = skopeo.manifest("docker://" + pinned(name));
    Digest digest = Digest.of(bytes);
    if (name.digest().isPresent()) {
      check(name.toString(), name.digest().get(), digest);
    }
    Digest own = digest;
    Optional<Digest> chosen = Manifest.choose(bytes, arch);
    if (chosen.isPresent()) {
      own = chosen.get();
      bytes = skopeo.manifest("docker://" + name.repository() + "@" + own);
      check(name.toString(), own, Digest.of(bytes));
    }
    return image("docker://" + name.repository() + "@" + own, name.toString(), digest, bytes);
  }

  /// Fetches an image from an archive.
  ///
  /// @param name what to call it
  StoredImage archive(ImageReference.Archived source, String name) throws IOException {
    byte[] bytes = skopeo.manifest(source.toString());
    if (Manifest.choose(bytes, arch).isPresent()) {
      throw new ProvisionException(
          source + " has images for several computers: unpack the one for " + arch + " first");
    }
    return image(source.toString(), name, Digest.of(bytes), bytes);
  }

  // A digest says all; skopeo refuses a tag beside it.
  private static String pinned(ImageReference.Named name) {
    return name.digest().map(digest -> name.repository() + "@" + digest).orElseGet(name::toString);
  }

  private static void check(String what, Digest expected, Digest found) throws ProvisionException {
    if (!found.equals(expected)) {
      throw new ProvisionException(
          "%s was to have the digest %s, and what came has %s".formatted(what, expected, found));
    }
  }

  private StoredImage image(String source, String name, Digest digest, byte[] bytes)
      throws IOException {
    Manifest manifest = Manifest.parse(bytes);
    try {
      return image(source, name, digest, manifest);
    } catch (IOException e) {
      throw DiskSpace.explain(e, scratch, manifest.size(), "the image " + source);
    }
  }

  private StoredImage image(String source, String name, Digest digest, Manifest manifest)
      throws IOException {
    byte[] bytes = manifest.bytes();
    byte[] configBytes = skopeo.config(source);
    check("the configuration of " + source, manifest.config(), Digest.of(configBytes));
    ImageConfig config = ImageConfig.parse(configBytes);
    config.checkRunsOn(arch);
    ImageDisk disk = ImageDisk.of(manifest, config);
    if (!has(manifest)) {
      try (Progress.Step step = progress.begin("pulling " + (name.isEmpty() ? source : name))) {
        skopeo.fetch(source, files.shared(), () -> arrived(manifest), manifest.size(), step);
        step.done();
      }
    }
    files.put(bytes, files.blob(Digest.of(bytes)), scratch);
    files.put(configBytes, files.blob(manifest.config()), scratch);
    make(disk);
    StoredImage image =
        new StoredImage(
            name,
            arch,
            digest,
            Digest.of(bytes),
            manifest.config(),
            manifest.size(),
            config.created(),
            Instant.now());
    files.record(image, scratch);
    return image;
  }

  private boolean has(Manifest manifest) {
    return manifest.layers().stream().allMatch(layer -> Files.exists(files.blob(layer.digest())));
  }

  /// Bytes of the layers that are here, and of those on their way.
  private long arrived(Manifest manifest) {
    long bytes = 0;
    for (Manifest.Layer layer : manifest.layers()) {
      bytes += files.blob(layer.digest()).toFile().length();
    }
    try (DirectoryStream<Path> coming = Files.newDirectoryStream(scratch.resolve("oci"), "oci-*")) {
      for (Path file : coming) {
        bytes += file.toFile().length();
      }
    } catch (IOException e) {
      return bytes; // skopeo has not begun
    }
    return bytes;
  }

  /// Makes an image's disk again from what the store has of it.
  void remake(StoredImage image) throws IOException {
    byte[] manifest = Files.readAllBytes(files.blob(image.manifest()));
    byte[] config = Files.readAllBytes(files.blob(image.image()));
    check("the manifest of " + image.title(), image.manifest(), Digest.of(manifest));
    check("the configuration of " + image.title(), image.image(), Digest.of(config));
    make(ImageDisk.of(Manifest.parse(manifest), ImageConfig.parse(config)));
  }

  private void make(ImageDisk disk) throws IOException {
    Path path = files.disk(disk.manifest().config());
    if (Files.exists(path)) {
      return;
    }
    try (Progress.Step step = progress.begin("making a disk of the image")) {
      Path temporary = scratch.resolve("disk");
      try {
        disk.write(temporary, files.blobs(), new BlobStream(tools::zstd), tools.files());
      } catch (ProvisionException e) {
        // A layer that is not what its digest says must not be found again.
        if (e.getCause() instanceof ProvisionException) {
          for (Manifest.Layer layer : disk.manifest().layers()) {
            removeIfBroken(layer.digest());
          }
        } else {
          // mkfs.erofs says something else of a full disk, so it is looked at.
          long bytes = Math.max(ALMOST_NOTHING, disk.manifest().size());
          DiskSpace.require(scratch, bytes, "a disk of the image");
        }
        throw e;
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      step.done();
    }
  }

  private void removeIfBroken(Digest layer) throws IOException {
    Path blob = files.blob(layer);
    if (Files.exists(blob) && !Sha256.of(blob).equals(layer.hex())) {
      Files.delete(blob);
    }
  }
}
