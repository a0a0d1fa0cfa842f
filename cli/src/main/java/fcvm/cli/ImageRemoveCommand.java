package fcvm.cli;

import fcvm.container.image.ImageStore;
import fcvm.container.image.StoredImage;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm rmi`.
final class ImageRemoveCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm rmi [OPTIONS] IMAGE...")
        .footer(
            "",
            "An image goes with its last name; given by how its id begins, it goes with all of them."
                + " VMs that run are not disturbed: what they use goes with a later fcvm rmi.");
    spec.addPositional(
        Option.trailing(0, "1..*", "IMAGE", "Images, as fcvm images shows their names or ids."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    ImageStore store = ImageFlags.store(invocation);
    for (String image : Option.get(parsed, 0, List.<String>of())) {
      for (StoredImage gone : store.remove(Raw.text(image))) {
        invocation.streams().print(gone.title() + "\n");
      }
    }
    return 0;
  }
}
