package fcvm.container.image;

import fcvm.container.ContainerException;
import fcvm.linux.Arch;
import fcvm.linux.FileLock;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.Provision;
import fcvm.provision.ProvisionException;
import fcvm.provision.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The images of this computer, in its data directory. Each is fetched once, whoever asks first,
/// and every VM uses the same files.
///
/// Any thread and any process may use it at any time.
public final class ImageStore {
  private final StoreFiles files;
  private final ImageTools tools;
  private final Progress progress;
  private final String path;

  /// @param path directories of programs, as in `PATH`: where the computer's Podman may be
  public ImageStore(Dirs dirs, Provision provision, Progress progress, String path) {
    this.files = new StoreFiles(dirs.data().resolve("images"));
    this.tools = new ImageTools(provision);
    this.progress = progress;
    this.path = path;
  }

  /// All images, by their names.
  public List<StoredImage> list() throws IOException {
    return files.records();
  }

  /// The image that a run asks for, fetched if that is its policy.
  ///
  /// @throws ContainerException if there is none, or the text is no image
  public GuestImage resolve(String text, Arch arch, PullOptions options)
      throws IOException, ContainerException {
    Optional<StoredImage> byId = byId(text, arch);
    if (byId.isPresent()) {
      return use(byId.get(), options);
    }
    ImageReference reference = ImageReference.parse(text);
    if (!(reference instanceof ImageReference.Named name)) {
      return use(pull(reference, arch, options).getFirst(), options);
    }
    Optional<StoredImage> known = known(name, arch);
    if (known.isEmpty() && ImageReference.isBuiltIn(text)) {
      return GuestImage.builtIn();
    }
    return use(
        switch (options.policy()) {
          case MISSING -> known.isPresent() ? known.get() : pull(name, arch, options).getFirst();
          case ALWAYS -> pull(name, arch, options).getFirst();
          case NEVER ->
              known.orElseThrow(() ->
                  new ContainerException(
                      "the store has no image "
                          + name
                          + " for "
                          + arch
                          + ", and --pull=never says not to fetch it"));
          case NEWER -> newer(name, known, arch, options);
        },
        options);
  }

  private Optional<StoredImage> byId(String text, Arch arch) throws IOException {
    // A short text of digits is more likely a name.
    return text.matches("(sha256:)?[0-9a-f]{12,64}")
        ? files.find(text, arch).stream().findFirst()
        : Optional.empty();
  }

  private StoredImage newer(
      ImageReference.Named name, Optional<StoredImage> known, Arch arch, PullOptions options)
      throws IOException, ContainerException {
    if (known.isEmpty()) {
      return pull(name, arch, options).getFirst();
    }
    ImageReference.Named stored = ImageReference.name(known.get().name());
    if (stored.isLocal()) {
      return known.get();
    }
    try (Fetch fetch = new Fetch(stored.toString(), arch, options)) {
      return fetch.pull.digest(stored).equals(known.get().digest())
          ? known.get()
          : fetch.pull.registry(stored);
    } catch (ProvisionException e) {
      progress.note("using the image that is here: " + e.getMessage());
      return known.get();
    }
  }

  private Optional<StoredImage> known(ImageReference.Named name, Arch arch) throws IOException {
    for (ImageReference.Named candidate : name.candidates()) {
      for (StoredImage image : files.records()) {
        if (image.arch() == arch && means(candidate, image)) {
          return Optional.of(image);
        }
      }
    }
    return Optional.empty();
  }

  // With a digest, any name of the repository that has it will do.
  private static boolean means(ImageReference.Named name, StoredImage image) {
    if (name.digest().isEmpty()) {
      return image.name().equals(name.toString());
    }
    Digest digest = name.digest().get();
    return image.name().matches(Pattern.quote(name.repository()) + "[:@].*")
        && (image.digest().equals(digest) || image.manifest().equals(digest));
  }

  private GuestImage use(StoredImage image, PullOptions options) throws IOException {
    FileLock lock = files.using(image.image());
    try {
      if (Files.notExists(files.disk(image.image()))) {
        try (Fetch fetch = new Fetch(image.title(), image.arch(), options)) {
          fetch.pull.remake(image);
        }
      }
      return new GuestImage(Optional.of(files.disk(image.image())), lock);
    } catch (NoSuchFileException e) {
      lock.close();
      throw new ProvisionException(
          "the store has lost a part of " + image.title() + ": fcvm pull it again", e);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// Fetches an image, or all that an archive has.
  public List<StoredImage> pull(ImageReference reference, Arch arch, PullOptions options)
      throws IOException, ContainerException {
    return switch (reference) {
      case ImageReference.Named name -> {
        ImageReference.Named full = name.candidates().getLast();
        try (Fetch fetch = new Fetch(full.toString(), arch, options)) {
          yield List.of(full.isLocal() ? local(full, fetch) : fetch.pull.registry(full));
        }
      }
      case ImageReference.Archived archive -> {
        if (Files.notExists(archive.path())) {
          throw new ContainerException("there is no " + archive.path());
        }
        try (Fetch fetch = new Fetch(archive.toString(), arch, options)) {
          List<StoredImage> pulled = new ArrayList<>();
          for (ArchiveContent.Item item : ArchiveContent.of(archive, fetch.skopeo)) {
            pulled.add(fetch.pull.archive(item.source(), item.name()));
          }
          yield pulled;
        }
      }
    };
  }

  private StoredImage local(ImageReference.Named name, Fetch fetch) throws IOException {
    HostPodman podman = HostPodman.find(path).orElseThrow(() -> HostPodman.missing(name));
    return fetch.pull.archive(podman.save(name, fetch.scratch), name.toString());
  }

  /// Takes names away, and with its last name an image.
  ///
  /// @param text a name, or how an image's id begins
  /// @return what is gone
  public List<StoredImage> remove(String text) throws IOException, ContainerException {
    List<StoredImage> doomed = new ArrayList<>();
    for (Arch arch : Arch.values()) {
      doomed.addAll(find(text, arch));
    }
    if (doomed.isEmpty()) {
      throw new ContainerException("the store has no image " + text + ": fcvm images lists them");
    }
    for (StoredImage image : doomed) {
      files.forget(image);
    }
    files.sweep();
    return doomed;
  }

  private List<StoredImage> find(String text, Arch arch) throws IOException, ContainerException {
    List<StoredImage> byId = files.find(text, arch);
    if (!byId.isEmpty()) {
      if (byId.stream().map(StoredImage::image).distinct().count() > 1) {
        throw new ContainerException("more than one image has an id that begins with " + text);
      }
      return byId;
    }
    return ImageReference.parse(text) instanceof ImageReference.Named name
        ? known(name, arch).stream().toList()
        : List.of();
  }

  /// Writes an image into an archive.
  ///
  /// @param transport `oci-archive` or `docker-archive`
  public void save(String text, Arch arch, String transport, Path file)
      throws IOException, ContainerException {
    List<StoredImage> images = find(text, arch);
    if (images.isEmpty()) {
      throw new ContainerException("the store has no image " + text + ": fcvm images lists them");
    }
    StoredImage image = images.getFirst();
    try (Fetch fetch = new Fetch(image.title(), arch, PullOptions.USUAL)) {
      Path whole = fetch.scratch.resolve("saved");
      fetch.skopeo.copy(
          new ImageDirectory(files, image).link(fetch.scratch.resolve("dir")),
          transport + ":" + whole + (image.name().contains("@") ? "" : name(image)));
      Files.copy(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// Puts all images of an archive into the store.
  ///
  /// @param file an archive of OCI's or Docker's, or a directory of OCI's
  public List<StoredImage> load(Path file, Arch arch) throws IOException, ContainerException {
    String transport = ArchiveContent.transport(file);
    return pull(new ImageReference.Archived(transport, file, ""), arch, PullOptions.USUAL);
  }

  private static String name(StoredImage image) {
    return image.name().isEmpty() ? "" : ":" + image.name();
  }

  /// Work on one image, under the locks that it takes, with a directory of its own.
  private final class Fetch implements AutoCloseable {
    private final FileLock alone;
    private final FileLock making;
    final Path scratch;
    final Skopeo skopeo;
    final ImagePull pull;

    Fetch(String what, Arch arch, PullOptions options) throws IOException {
      files.sweepStaging();
      alone = files.fetching(what + " " + arch);
      making = files.making();
      scratch = files.scratch();
      skopeo = new Skopeo(tools, scratch, options, Skopeo.PATIENCE);
      pull = new ImagePull(files, tools, skopeo, scratch, arch, progress);
    }

    @Override
    public void close() throws IOException {
      try (alone;
          making) {
        Trees.delete(scratch);
      }
    }
  }
}
