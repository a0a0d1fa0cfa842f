# Does things to files in the current directory, as root and as others, and prints what comes of them:
# results, error numbers, modes, owners, whether times moved. Nothing that differs from run to run.
# Types and modes of what is made.
for my $mask (0, 022, 077, 0777) {
  umask $mask;
  for my $m (0, 0151, 0644, 0777, 01777, 02777, 04755, 06777) {
    my $t = sprintf '%o-%o', $mask, $m;
    mkdir "d$t", $m; mkfifo "f$t", $m; sysopen(my $h, "r$t", O_CREAT | O_WRONLY, $m);
    show("d$t", "f$t", "r$t");
    unlink "f$t", "r$t"; rmdir "d$t";
  }
}
umask 022;

# Names that there are, or are not, or are not what they should be.
touch('file'); mkdir 'dir'; mkdir 'full'; touch('full/x'); symlink 'nowhere', 'dangling'; symlink 'loop', 'loop';
symlink 'dir', 'todir'; symlink 'file', 'tofile'; mkfifo 'fifo', 0644;
for my $p ('file', 'dir', 'full', 'dangling', 'loop', 'todir', 'tofile', 'fifo', 'none', 'none/x', 'file/x',
    'dangling/x', 'loop/x', 'a' x 255, 'a' x 256, ('b' x 250 . '/') x 20) {
  my $l = length $p > 40 ? 'long' . length $p : $p;
  result("stat $l", stat $p); result("lstat $l", lstat $p);
  result("mkdir $l", mkdir $p); result("rmdir $l", rmdir $p) if $p !~ /^(file|dir|full|todir)$/;
  result("mkfifo $l", mkfifo $p, 0644);
  result("symlink $l", symlink 't', $p); result("link $l", link $p, 'hard'); unlink 'hard';
  my $h; result("open $l", sysopen $h, $p, O_RDWR | O_NONBLOCK);
  result("creat $l", sysopen $h, $p, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK);
  result("opendir $l", opendir my $d, $p);
  result("truncate $l", truncate $p, 1);
  result("readlink $l", defined readlink $p);
  result("chmod $l", chmod 0700, $p); result("chown $l", chown 0, 0, $p);
  result("rename $l", rename $p, $p);
  unlink $p if $p =~ /^a/;
}
result('rmdir full', rmdir 'full'); result('rmdir file', rmdir 'file'); result('unlink dir', unlink 'dir');
result('rename dir into itself', rename 'dir', 'dir/x'); result('rename dir to file', rename 'dir', 'file');
result('rename file to dir', rename 'file', 'dir'); result('rename dir to full', rename 'dir', 'full');
result('rename full to dir', rename 'full', 'dir'); mkdir 'full'; touch('full/x');
result('link dir', link 'dir', 'x'); result('rmdir .', rmdir '.'); result('rmdir dir/.', rmdir 'dir/.');
show('file', 'dir', 'full');

# Links count.
link 'file', 'l1'; link 'l1', 'l2'; show('file', 'l1', 'l2'); unlink 'file'; show('file', 'l1');
rename 'l1', 'l2'; show('l1', 'l2'); link 'dangling', 'l3'; show('l3'); unlink 'l1', 'l2', 'l3'; touch('file');

# Owners, and what they cost. (Not chown(-1, -1): FUSE in the kernel does nothing then.)
for my $m (0755, 04755, 06755, 02755, 02644, 01755) {
  for my $who ([0, '0'], [1001, '1001'], [1001, '1001 1002'], [1003, '1003']) {
    my ($u, $g) = @$who;
    for my $act (
      ['write', sub { my $h; sysopen($h, 'o', O_WRONLY) && syswrite $h, 'y' }],
      ['truncate', sub { truncate 'o', 0 }],
      ['open-trunc', sub { sysopen my $h, 'o', O_WRONLY | O_TRUNC }],
      ['chown-self', sub { chown -1, 1001, 'o' }],
      ['chown-group', sub { chown -1, 1002, 'o' }],
      ['chown-other', sub { chown 1003, -1, 'o' }],
      ['chmod', sub { chmod $m | 02000, 'o' }],
      ['utime-now', sub { utime undef, undef, 'o' }],
      ['utime', sub { utime 5, 6, 'o' }],
    ) {
      unlink 'o'; touch('o'); chown 1001, 1001, 'o'; chmod $m | 0022, 'o';
      as($u, $g, sub { result(sprintf('%o %s(%s) %s', $m, $u, $g, $act->[0]), $act->[1]->()) });
      show('o');
    }
  }
}
unlink 'o';

# Sticky and set-group-ID directories.
mkdir 't'; chmod 01777, 't'; mkdir 'g'; chown 0, 1002, 'g'; chmod 02777, 'g';
for my $who ([1001, '1001'], [1003, '1003'], [0, '0']) {
  my ($u, $g) = @$who;
  touch('t/f'); chown 1001, 1001, 't/f'; mkdir 't/d'; chown 1001, 1001, 't/d';
  as($u, $g, sub {
    result("$u rename in sticky", rename 't/f', 't/f2'); rename 't/f2', 't/f';
    result("$u unlink in sticky", unlink 't/f'); result("$u rmdir in sticky", rmdir 't/d');
    touch("g/f$u", 02755); mkdir "g/d$u"; mkfifo "g/p$u", 0644; symlink 'x', "g/s$u";
  });
  show("g/f$u", "g/d$u", "g/p$u", "g/s$u");
}
as(1001, '1001 1002', sub { sysopen my $h, 'g/member', O_CREAT | O_WRONLY, 02755; mkdir 'g/md' }); show('g/member', 'g/md');

# Permissions, also of directories on the way.
mkdir 'p'; touch('p/f'); chown 1001, 1001, 'p/f'; mkdir 'p/d'; chown 1001, 1001, 'p', 'p/d';
for my $m (0700, 0750, 0070, 0007, 0111, 0444, 0666) {
  chmod $m, 'p'; chmod $m, 'p/f';
  for my $who ([1001, '1001'], [1003, '1003 1001'], [1003, '1003'], [0, '0']) {
    my ($u, $g) = @$who;
    as($u, $g, sub {
      my $t = sprintf '%o %s(%s)', $m, $u, $g;
      result("$t read", sysopen my $r, 'p/f', O_RDONLY); result("$t write", sysopen $r, 'p/f', O_WRONLY);
      result("$t list", opendir my $d, 'p'); result("$t stat", stat 'p/f'); result("$t make", touch('p/new'));
      result("$t unlink", unlink 'p/new'); result("$t link", link 'p/f', 'p/l'); unlink 'p/l';
      result("$t mkdir", mkdir 'p/m'); rmdir 'p/m'; result("$t chmod", chmod $m, 'p/f');
      result("$t rename", rename 'p/d', 'p/d2'); rename 'p/d2', 'p/d';
    });
  }
}

# Times.
chmod 0755, 'p'; touch('c'); mkdir 'cd'; symlink 'c', 'cl';
moves('write', ['c'], sub { my $h; sysopen($h, 'c', O_WRONLY) && syswrite $h, 'z' });
moves('chmod', ['c'], sub { chmod 0600, 'c' });
moves('chown', ['c'], sub { chown 5, 5, 'c' });
moves('link', ['c'], sub { link 'c', 'c2' });
moves('unlink', ['c'], sub { unlink 'c2' });
moves('rename', ['c'], sub { rename('c', 'c3') && rename 'c3', 'c' });
moves('truncate', ['c'], sub { truncate 'c', 100 });
moves('truncate same', ['c'], sub { truncate 'c', 100 });
moves('open-trunc', ['c'], sub { sysopen my $h, 'c', O_WRONLY | O_TRUNC });
moves('open', ['c'], sub { sysopen my $h, 'c', O_RDWR });
moves('mkdir in', ['cd'], sub { mkdir 'cd/x' });
moves('rmdir in', ['cd'], sub { rmdir 'cd/x' });
moves('creat in', ['cd'], sub { touch('cd/y') });
moves('rename in', ['cd'], sub { rename 'cd/y', 'cd/z' });
moves('link in', ['cd'], sub { link 'c', 'cd/w' });
moves('symlink in', ['cd'], sub { symlink 'c', 'cd/v' });
moves('mkfifo in', ['cd'], sub { mkfifo 'cd/u', 0600 });
moves('unlink in', ['cd'], sub { unlink 'cd/u' });
moves('rmdir fails', ['cd'], sub { rmdir 'cd' });
utime 123, 456, 'c'; my @s = stat 'c'; say_('utime', $s[8], $s[9]);
utime 4294967296, 2147483648, 'c'; @s = stat 'c'; say_('far', $s[8], $s[9]);

# Content: holes, appends, what is unlinked, sizes.
sysopen my $a, 'data', O_RDWR | O_CREAT | O_APPEND; syswrite $a, 'one'; sysseek $a, 0, SEEK_SET; syswrite $a, 'two';
sysseek $a, 0, SEEK_SET; sysread $a, my $buf, 100; say_('append', $buf);
unlink 'data'; syswrite $a, 'three'; sysseek $a, 0, SEEK_SET; sysread $a, $buf, 100; say_('unlinked', $buf, (stat $a)[3]);
result('fchmod', chmod 0640, $a); say_('mode', sprintf '%o', (stat $a)[2]); result('ftruncate', truncate $a, 2);
say_('size', -s $a); close $a;
sysopen my $h, 'hole', O_RDWR | O_CREAT; sysseek $h, 1 << 20, SEEK_SET; syswrite $h, 'end'; say_('hole', -s $h);
sysseek $h, 0, SEEK_SET; sysread $h, $buf, 10; say_('zeros', unpack 'H*', $buf);
result('negative', truncate $h, -1); result('huge', truncate $h, 1 << 40); truncate $h, 5; say_('size', -s 'hole');
mkdir 'gone'; chdir 'gone'; rmdir '../gone'; result('stat .', stat '.'); result('creat in removed', touch('x')); chdir '..';
opendir my $d, 'full'; say_('list', sort grep { $_ !~ /^\.\.?$/ } readdir $d);
mkdir 'many'; touch("many/$_") for 1 .. 500; opendir $d, 'many'; my @l = readdir $d; say_('many', scalar @l);
unlink "many/$_" for 1 .. 500; result('rmdir many', rmdir 'many');
symlink 'x' x 4095, 'longlink'; say_('longlink', length readlink 'longlink'); result('too long', symlink 'x' x 4096, 'll');

# Locks: of others, given up at the end of a process.
sysopen my $k, 'lock', O_RDWR | O_CREAT; my $wr = pack 'ssx4qqi', F_WRLCK, 0, 0, 10, 0;
result('fcntl lock', fcntl $k, F_SETLK, $wr); result('flock', flock $k, LOCK_EX);
my $pid = fork // die;
if (!$pid) {
  sysopen my $c, 'lock', O_RDWR;
  result('other fcntl', fcntl $c, F_SETLK, $wr); result('other flock', flock $c, LOCK_SH | LOCK_NB);
  my $far = pack 'ssx4qqi', F_WRLCK, 0, 10, 5, 0; result('other range', fcntl $c, F_SETLK, $far);
  my $ask = pack 'ssx4qqi', F_RDLCK, 0, 0, 0, 0; fcntl $c, F_GETLK, $ask; my @f = unpack 'ssx4qq', $ask; say_('in the way', @f);
  local $SIG{ALRM} = sub { }; POSIX::sigaction(POSIX::SIGALRM(), POSIX::SigAction->new(sub { }));
  alarm 1; result('interrupted', fcntl $c, F_SETLKW, $wr); alarm 0;
  POSIX::_exit(0);
}
waitpid $pid, 0; $n += 5;
$pid = fork // die;
if (!$pid) { close $k; sysopen my $c, 'lock', O_RDWR; result('waited', fcntl $c, F_SETLKW, $wr); result('flock waited', flock $c, LOCK_EX); POSIX::_exit(0) }
select undef, undef, undef, 0.2; close $k; waitpid $pid, 0;
