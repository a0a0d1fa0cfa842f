package fcvm.container.image;

import fcvm.container.ContainerException;
import fcvm.provision.ProvisionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What people call an image.
public sealed interface ImageReference {
  /// An image by its name.
  ///
  /// @param registry computer that has it, with a port if need be; empty if the name does not say
  /// @param path the name there
  /// @param tag empty if only the digest counts
  /// @param digest of its manifest
  record Named(String registry, String path, String tag, Optional<Digest> digest)
      implements ImageReference {
    /// Names that it may stand for in a store, the likeliest first.
    List<Named> candidates() {
      return registry.isEmpty()
          ? List.of(at(LOCALHOST, path), at(DOCKER, dockerPath()))
          : List.of(registry.equals(DOCKER) ? at(DOCKER, dockerPath()) : this);
    }

    private Named at(String there, String name) {
      return new Named(there, name, tag, digest);
    }

    private String dockerPath() {
      return path.contains("/") ? path : "library/" + path;
    }

    boolean isLocal() {
      return registry.equals(LOCALHOST);
    }

    /// Registry and path.
    String repository() {
      return registry.isEmpty() ? path : registry + "/" + path;
    }

    @Override
    public String toString() {
      return repository()
          + (tag.isEmpty() ? "" : ":" + tag)
          + digest.map(value -> "@" + value).orElse("");
    }
  }

  /// An image in a file or directory.
  ///
  /// @param transport how it is in it, as skopeo calls that
  /// @param inner which of those in it; empty for the only one
  record Archived(String transport, Path path, String inner) implements ImageReference {
    Archived with(String one) {
      return new Archived(transport, path, one);
    }

    @Override
    public String toString() {
      return transport + ":" + path + (inner.isEmpty() ? "" : ":" + inner);
    }
  }

  /// What images of this computer's own are called.
  String LOCALHOST = "localhost";

  /// Where names without a registry are looked for.
  String DOCKER = "docker.io";

  /// Transports of files and directories.
  List<String> ARCHIVES = List.of("oci", "oci-archive", "docker-archive");

  /// The grammar of containers/image, without names that only differ in their length.
  Pattern NAME =
      Pattern.compile(
          "(?:(?<registry>[A-Za-z0-9.-]+(?::[0-9]+)?|\\[[0-9a-fA-F:]+](?::[0-9]+)?)/)?"
              + "(?<path>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
              + "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
              + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
              + "(?:@(?<digest>sha256:[0-9a-f]{64}))?");

  /// Reads one.
  ///
  /// @throws ContainerException if it is none
  static ImageReference parse(String text) throws ContainerException {
    int colon = text.indexOf(':');
    String transport = colon < 0 ? "" : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    if (ARCHIVES.contains(transport)) {
      int end = rest.indexOf(':');
      String path = end < 0 ? rest : rest.substring(0, end);
      if (path.isEmpty() || path.indexOf(0) >= 0) {
        throw new ContainerException("'" + text + "' names no file");
      }
      return new Archived(
          transport, Path.of(path).toAbsolutePath(), end < 0 ? "" : rest.substring(end + 1));
    }
    return name(transport.equals("docker") && rest.startsWith("//") ? rest.substring(2) : text);
  }

  /// Whether a text means the image that each guest has in its root file system.
  static boolean isBuiltIn(String text) throws ContainerException {
    return parse(text) instanceof Named name
        && name.candidates().getFirst().toString().equals(GuestImage.BUILT_IN);
  }

  /// Reads the name of an image.
  static Named name(String text) throws ContainerException {
    Matcher matcher = NAME.matcher(text);
    // The first part of `library/alpine` is no computer, that of `localhost/x` and `a.b/x` is.
    String first = text.indexOf('/') < 0 ? "" : text.substring(0, text.indexOf('/'));
    boolean isPlain = !first.contains(".") && !first.contains(":") && !first.equals(LOCALHOST);
    Matcher plain = isPlain ? NAME.matcher("./" + text) : matcher;
    if (text.length() > 512 || !plain.matches()) {
      throw new ContainerException(
          "'"
              + text
              + "' is no image: a name such as docker.io/library/alpine:3, in lower case, with a"
              + " tag or @sha256:… after it, or "
              + String.join(":…, ", ARCHIVES)
              + ":…");
    }
    String registry = isPlain ? "" : plain.group("registry").toLowerCase(Locale.ROOT);
    String digest = plain.group("digest");
    String tag = plain.group("tag");
    try {
      return new Named(
          registry.equals("index.docker.io") ? DOCKER : registry,
          plain.group("path"),
          tag != null ? tag : digest == null ? "latest" : "",
          digest == null ? Optional.empty() : Optional.of(Digest.parse(digest)));
    } catch (ProvisionException e) {
      throw new ContainerException(String.valueOf(e.getMessage()), e);
    }
  }
}
