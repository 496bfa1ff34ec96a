"""Where records come from: folders of files and git repositories, read and never run."""
