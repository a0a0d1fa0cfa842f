package fcvm.cli;

import fcvm.container.image.ImageReference;
import fcvm.container.image.ImageStore;
import fcvm.container.image.PullOptions;
import fcvm.container.image.StoredImage;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm pull`.
final class PullCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm pull [OPTIONS] IMAGE...")
        .footer(
            "",
            "IMAGE is a name in a registry, such as docker.io/library/alpine:3 or NAME@sha256:..., one"
                + " of this computer's Podman, such as localhost/mine, or oci:DIR, oci-archive:FILE"
                + " or docker-archive:FILE.",
            "",
            "Prints the id of each image.");
    ImageFlags.describeRegistry(spec);
    spec.addPositional(Option.trailing(0, "1..*", "IMAGE", "Images to fetch."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    PullOptions options = ImageFlags.of(parsed);
    List<String> images = Option.get(parsed, 0, List.<String>of());
    ImageStore store = ImageFlags.store(invocation);
    return Interruptible.run(() -> {
      for (String image : images) {
        ImageReference reference = ImageReference.parse(Raw.text(image));
        for (StoredImage pulled : store.pull(reference, ImageFlags.arch(invocation), options)) {
          invocation.streams().print(pulled.image().hex() + "\n");
        }
      }
      return 0;
    });
  }
}
