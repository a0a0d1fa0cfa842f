package fcvm.container.image;

import fcvm.linux.Arch;
import fcvm.linux.FileLock;
import fcvm.provision.ProvisionException;
import fcvm.provision.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where an image store has its files, and which of them are needed.
///
/// `names` has a record of each name, `blobs/sha256` what registries sent, `disks` what guests get,
/// `locks` a file for each image in use, `staging` what is being fetched. Whatever counts appeared
/// by a rename. Who makes files holds the store's lock together with others of his kind; who
/// removes any but names holds it alone.
final class StoreFiles {
  private static final int NAP_MILLIS = 50;
  private static final String ENDING = ".json";

  private final Path dir;

  /// @param dir made when the first image comes
  StoreFiles(Path dir) {
    this.dir = dir;
  }

  /// The store that a disk is in.
  static StoreFiles of(Path disk) {
    return new StoreFiles(disk.resolveSibling("").resolveSibling(""));
  }

  void make() throws IOException {
    for (Path path : List.of(names(), blobs(), disks(), locks(), staging())) {
      Files.createDirectories(path);
    }
  }

  Path names() {
    return dir.resolve("names");
  }

  /// As skopeo has it: below are directories of algorithms.
  Path shared() {
    return dir.resolve("blobs");
  }

  Path blobs() {
    return shared().resolve("sha256");
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.hex());
  }

  Path disks() {
    return dir.resolve("disks");
  }

  Path disk(Digest image) {
    return disks().resolve(ImageDisk.fileName(image));
  }

  private Path locks() {
    return dir.resolve("locks");
  }

  private Path staging() {
    return dir.resolve("staging");
  }

  /// A new directory for what is not whole yet. The store's lock is held.
  Path scratch() throws IOException {
    return Files.createTempDirectory(staging(), "");
  }

  /// The store's lock for somebody who makes files.
  FileLock making() throws IOException {
    make();
    String file = locks().resolve("store").toString();
    FileLock lock = FileLock.tryShared(file);
    try {
      while (lock == null) {
        Thread.sleep(NAP_MILLIS);
        lock = FileLock.tryShared(file);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return lock;
  }

  /// Waits until nobody else fetches something.
  FileLock fetching(String what) throws IOException {
    make();
    try {
      return FileLock.await(locks().resolve("fetch-" + StoredImage.key(what)).toString());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("interrupted");
    interrupted.initCause(e);
    return interrupted;
  }

  /// An image's lock, shared with others who use it, so that its disk stays.
  FileLock using(Digest image) throws IOException {
    FileLock lock = FileLock.tryShared(locks().resolve(image.hex()).toString());
    if (lock == null) {
      throw new ProvisionException("the image " + image.hex() + " is being removed: try again");
    }
    return lock;
  }

  /// The lock of a disk's image, as [#using]; null where nothing can be written, be it by others
  /// who would remove it.
  @Nullable FileLock use(Path disk) throws IOException {
    return Files.isWritable(locks()) ? using(new Digest(ImageDisk.imageId(disk))) : null;
  }

  /// All names, sorted. A record that is damaged counts as none.
  List<StoredImage> records() throws IOException {
    List<StoredImage> records = new ArrayList<>();
    if (Files.isDirectory(names())) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(names(), "*" + ENDING)) {
        for (Path file : files) {
          read(file).ifPresent(records::add);
        }
      }
    }
    records.sort(Comparator.comparing(StoredImage::name).thenComparing(image -> image.arch()));
    return records;
  }

  private static Optional<StoredImage> read(Path file) throws IOException {
    try {
      return Optional.of(StoredImage.parse(Files.readAllBytes(file)));
    } catch (NoSuchFileException | ProvisionException e) {
      return Optional.empty(); // gone, or as good as that: the image is fetched again
    }
  }

  /// Makes a name mean an image from now on.
  void record(StoredImage image, Path scratch) throws IOException {
    put(image.json(), names().resolve(image.fileName()), scratch);
  }

  void put(byte[] bytes, Path target, Path scratch) throws IOException {
    Path temporary = Files.createTempFile(scratch, "", "");
    Files.write(temporary, bytes);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  void forget(StoredImage image) throws IOException {
    Files.deleteIfExists(names().resolve(image.fileName()));
  }

  /// Removes what dead processes left half made, if nobody makes anything.
  void sweepStaging() throws IOException {
    make();
    try (FileLock lock = FileLock.tryExclusive(locks().resolve("store").toString())) {
      if (lock != null) {
        emptyStaging();
      }
    }
  }

  private void emptyStaging() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(staging())) {
      for (Path path : left) {
        Trees.delete(path);
      }
    }
  }

  /// Removes what no name and nobody needs, if nobody makes anything; else it stays until the next
  /// time.
  void sweep() throws IOException {
    make();
    try (FileLock lock = FileLock.tryExclusive(locks().resolve("store").toString())) {
      if (lock == null) {
        return;
      }
      emptyStaging();
      Set<Path> needed = new HashSet<>();
      for (StoredImage image : records()) {
        needed.add(disk(image.image()));
        needed.add(blob(image.manifest()));
        needed.add(blob(image.image()));
        needed.addAll(layers(image));
      }
      removeOthers(blobs(), needed);
      try (DirectoryStream<Path> disks = Files.newDirectoryStream(disks())) {
        for (Path disk : disks) {
          if (!needed.contains(disk)) {
            removeUnused(disk);
          }
        }
      }
    }
  }

  private List<Path> layers(StoredImage image) throws IOException {
    try {
      return Manifest.parse(Files.readAllBytes(blob(image.manifest()))).layers().stream()
          .map(layer -> blob(layer.digest()))
          .toList();
    } catch (NoSuchFileException | ProvisionException e) {
      return List.of(); // it has to be fetched again anyway
    }
  }

  private static void removeOthers(Path directory, Set<Path> needed) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!needed.contains(file)) {
          Trees.delete(file);
        }
      }
    }
  }

  // The lock's file stays: see FileLock.
  private void removeUnused(Path disk) throws IOException {
    try (FileLock lock =
        FileLock.tryExclusive(locks().resolve(ImageDisk.imageId(disk)).toString())) {
      if (lock != null) {
        Trees.delete(disk);
      }
    }
  }

  /// The images of a name for an architecture, by name or by how their id begins.
  List<StoredImage> find(String text, Arch arch) throws IOException {
    String id = text.startsWith("sha256:") ? text.substring(7) : text;
    boolean isId = id.matches("[0-9a-f]{4,64}");
    return records().stream()
        .filter(image -> image.arch() == arch)
        .filter(image -> image.name().equals(text) || (isId && image.image().hex().startsWith(id)))
        .toList();
  }
}
