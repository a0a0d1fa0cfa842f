package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.GuestFiles;
import fcvm.container.image.GuestImage;
import fcvm.container.image.ImageReference;
import fcvm.container.image.ImageStore;
import fcvm.container.image.PullOptions;
import fcvm.container.image.PullOptions.Policy;
import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import fcvm.provision.Provision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// Options of commands that fetch images, and the store that they fetch them into.
final class ImageFlags {
  private static final String AUTH_FILE = "--authfile";
  private static final String TLS_VERIFY = "--tls-verify";
  private static final String PULL = "--pull";

  private ImageFlags() {}

  /// Those of a run.
  static void describe(CommandSpec spec) {
    spec.addOption(
        Option.choice(
            "When to fetch the image (default: missing, if the store does not have it; newer, if the"
                + " registry has another one than the store).",
            Policy.names(),
            PULL));
    describeRegistry(spec);
  }

  /// Those of each command that talks with registries.
  static void describeRegistry(CommandSpec spec) {
    spec.addOption(
            Option.value(
                "FILE",
                "Credentials for registries (default: REGISTRY_AUTH_FILE, or where podman login puts"
                    + " them).",
                AUTH_FILE))
        .addOption(
            Option.optionalChoice(
                "Whether registries must speak TLS and prove who they are (default: true).",
                List.of("true", "false"),
                "true",
                TLS_VERIFY));
  }

  static PullOptions of(ParseResult parsed) throws UsageException {
    Policy policy = Policy.MISSING;
    Optional<String> given =
        parsed.commandSpec().findOption(PULL) == null
            ? Optional.empty()
            : Option.find(parsed, PULL);
    if (given.isPresent()) {
      policy =
          Policy.of(given.get())
              .orElseThrow(() ->
                  new UsageException(
                      PULL
                          + ": "
                          + String.join(", ", Policy.names())
                          + ", not '"
                          + Raw.text(given.get())
                          + "'"));
    }
    Optional<Path> authFile =
        Option.find(parsed, AUTH_FILE).map(file -> Path.of(Raw.text(file)).toAbsolutePath());
    if (authFile.isPresent() && !Files.isReadable(authFile.get())) {
      throw new UsageException(AUTH_FILE + ": " + authFile.get() + " cannot be read");
    }
    return new PullOptions(policy, authFile, tlsVerify(Option.get(parsed, TLS_VERIFY, "true")));
  }

  private static boolean tlsVerify(String text) throws UsageException {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new UsageException(TLS_VERIFY + ": true or false, not '" + Raw.text(text) + "'");
    };
  }

  /// The store of this computer.
  static ImageStore store(Invocation invocation) throws IOException {
    Dirs dirs = invocation.dirs();
    return new ImageStore(
        dirs,
        new Provision(dirs, invocation.progress()),
        invocation.progress(),
        invocation.variable("PATH").orElse(""));
  }

  /// What an image is fetched for: the machine that is asked for, or this computer.
  static Arch arch(Invocation invocation) {
    return invocation.globals().machine().orElse(Arch.current());
  }

  /// The image of a run on this computer, in the store by then.
  ///
  /// @param files what the run's guest is made of, with the image if another computer's fcvm chose
  static GuestImage resolve(
      String image, PullOptions options, GuestFiles files, Invocation invocation)
      throws IOException, ContainerException {
    if (invocation.variable(GuestFiles.VARIABLE).isEmpty()) {
      return store(invocation).resolve(image, Arch.current(), options);
    }
    if (files.image().isEmpty() && !ImageReference.isBuiltIn(image)) {
      throw new ContainerException(
          "in a machine or a VM there is only the image " + GuestImage.BUILT_IN + ", not " + image);
    }
    return GuestImage.hold(files.image());
  }
}
