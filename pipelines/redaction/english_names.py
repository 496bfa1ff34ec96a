"""English first names as people in China bear them, and syllables and surnames of pinyin."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

ENGLISH_FIRST_NAMES = frozenset(
    """
        Ahmed Ali Eason Hans Kenji Raj Zack Jada Sunny Hiro Ken Akira Mohamed Omar Priya Sanjay Ivan
        Boris Aaron Abby Abigail Abraham Ada Adam Adele Adrian Agnes Aidan Alan Albert Alec Alex
        Alexander Alexandra Alexis Alfred Alice Alicia Alina Alison Allen Allison Alvin Amanda Amber
        Amelia Amy Ana Andrea Andrew Andy Angel Angela Angelina Angie Anita Ann Anna Annabelle Anne
        Annie Anthony Antonio April Aria Ariel Arnold Arthur Ashley Athena Aurora Austin Ava Barbara
        Barry Beatrice Bella Ben Benjamin Bernard Bernice Bert Beth Betty Beverly Bill Billy Blair
        Bob Bobby Bonnie Brad Bradley Brandon Brenda Brian Bruce Bryan Bryant Calvin Camille Candice
        Candy Cara Carl Carla Carlos Carmen Carol Caroline Carolyn Carrie Casey Catherine Cathy
        Cecilia Celeste Celia Celine Charles Charlie Charlotte Chelsea Cheryl Chloe Chris Christian
        Christina Christine Christopher Christy Cindy Claire Clara Clare Clark Claudia Clement Coco
        Cody Colin Connie Connor Constance Cora Corey Craig Crystal Curtis Cynthia Daisy Damian
        Damon Dan Dana Daniel Danny Daphne Darren Dave David Dawn Dean Debbie Deborah Debra Denise
        Dennis Derek Derrick Desmond Diana Diane Dick Dolores Dominic Don Donald Donna Dora Doreen
        Doris Dorothy Doug Douglas Dylan Eddie Eddy Edgar Edison Edith Edmund Edward Edwin Eileen
        Elaine Eleanor Elena Eli Elijah Elisa Eliza Elizabeth Ella Ellen Ellie Elliot Elsa Elsie
        Elvis Emily Emma Eric Erica Erik Erin Ernest Esther Ethan Eugene Eunice Eva Evan Eve Evelyn
        Fanny Felicia Felix Fiona Flora Florence Frances Francis Frank Franklin Fred Freda Freddy
        Gabriel Gary Gavin Gemma Geoffrey George Georgia Gerald Gilbert Gina Ginny Gladys Glenn
        Gloria Gordon Grace Greg Gregory Gwen Hannah Hank Harold Harriet Harris Harry Harvey Hazel
        Heather Hebe Hector Heidi Helen Helena Henry Herbert Herman Hilary Howard Hugo Ian Ida Irene
        Iris Isaac Isabel Isabella Ivy Jack Jackie Jackson Jacky Jacob Jade James Jamie Jane Janet
        Janice Jared Jasmine Jason Jasper Jay Jayden Jean Jeff Jefferson Jeffrey Jennie Jennifer
        Jenny Jeremy Jerome Jerry Jesse Jessica Jessie Jill Jim Jimmy Jo Joan Joanna Joanne Jocelyn
        Joe Joel Joey John Johnny Johnson Jon Jonathan Jordan Joseph Josephine Joshua Joy Joyce Juan
        Judith Judy Julia Julian Juliana Julie Juliet June Justin Karen Karl Kate Katherine Kathleen
        Kathy Katie Katrina Kay Keith Kelly Kelvin Kenneth Kenny Kenzo Kevin Kiki Kim Kimberly Kimmy
        Kitty Kristen Kristin Kyle Lance Larry Laura Lauren Lawrence Leila Lena Leo Leon Leonard
        Leslie Lester Levi Lewis Liam Lillian Lily Linda Lindsay Lisa Liz Lois Lola Lora Loretta
        Lorraine Louis Louisa Louise Lucas Lucia Lucy Luis Luke Luna Lydia Lynn Mabel Maggie Mandy
        Marco Marcus Margaret Maria Marian Marilyn Mario Marion Marisa Marjorie Mark Marlene Martha
        Martin Marvin Mary Mason Mathew Matilda Matt Matthew Maureen Maurice Max Maxwell Megan
        Melanie Melinda Melissa Mia Michael Michelle Mick Mike Mila Mildred Millie Milly Mimi Minnie
        Miranda Molly Monica Morgan Morris Muriel Nancy Naomi Natalie Natasha Nathan Nathaniel Neil
        Nelson Nicholas Nick Nicky Nicole Nina Nora Norman Olive Oliver Olivia Oscar Owen Paige
        Pamela Patricia Patrick Patty Paul Paula Pauline Peggy Penny Perry Peter Phil Philip Phillip
        Phoebe Phyllis Polly Queenie Quentin Rachel Ralph Ramona Randy Ray Raymond Rebecca Regina
        Renee Rex Rhonda Richard Rick Ricky Riley Rita Rob Robert Roberta Robin Roger Roland Ronald
        Ronnie Rory Rosa Rosalie Rose Rosemary Rosie Ross Roxanne Roy Russell Ryan Sabrina Sally Sam
        Samantha Sammy Samuel Sandra Sandy Sara Sarah Sasha Scarlett Scott Sean Sebastian Selena
        Selina Serena Shane Sharon Shawn Sheila Shelly Sherry Shirley Sidney Simon Sofia Sonia
        Sophia Sophie Spencer Stacy Stanley Stefan Stella Stephanie Stephen Steve Steven Stewart
        Stuart Sue Summer Susan Susie Suzanne Sven Sylvia Tamara Tammy Tanya Ted Teddy Terence
        Teresa Terrence Terry Thelma Theodore Theresa Thomas Tiffany Tim Timothy Tina Toby Todd Tom
        Tommy Tony Tracy Travis Trevor Tricia Tristan Trudy Tyler Una Ursula Valerie Vanessa Vera
        Vernon Veronica Vicky Victor Victoria Vincent Viola Violet Virginia Vivian Vivien Wallace
        Walter Wanda Warren Wayne Wendy Wesley Whitney Wilfred Will William Willie Wilson Winnie
        Winston Yolanda Yuki Yvette Yvonne Zachary Zara Zoe Zoey
    """.split()
)
# Also words, months, products or places: a name only where one is spoken of.
AMBIGUOUS_FIRST_NAMES = frozenset(
    """
        Sunny Ali Angel Amber Ariel April August Aurora Austin Bill Candy Chelsea Coco Crystal Dawn
        Dean Don Eve Florence Georgia Iris Jay Jo Johnson Jordan Joy June Ken Kim Lance Luna Mark
        Max Mia Mercedes Morgan Olive Page Paris Penny Phoenix Ray Rex Rob Robin Rose Ross Roy Ruby
        Sam Scarlett Scott Sofia Spencer Stanley Summer Sydney Trinity Tristan Viola Violet Virginia
        Will Zoom Athena Ada Nova Alpine Swift
    """.split()
)
PINYIN_SURNAMES = frozenset(
    """
        Zhao Qian Sun Li Zhou Wu Zheng Wang Feng Chen Chu Wei Jiang Shen Han Yang Zhu Qin You Xu He
        Lv Lyu Shi Zhang Kong Cao Yan Jin Tao Qi Xie Zou Su Pan Ge Fan Peng Lu Ma Fang Ren Yuan Liu
        Tang Luo Bi Hao Yu Fu Kang Meng Huang Xiao Yin Yao Shao Mao Dai Song Xiong Ji Dong Liang Du
        Ruan Lan Jia Guo Mei Lin Zhong Gao Xia Cai Tian Hu Ling Wan Ke Guan Mo Ding Deng Hong Cui
        Gong Cheng Xing Pei Rong Duan Hou Long Ye Bai Lai Qiao Tan Zeng Liao Wen Sang Shang Niu Zhuo
        Nie Qu Xue Ni Ou Mu Jing Chai Zhan Xiang Ouyang Shangguan Sima Zhuge Situ Huangfu Murong
        Linghu Yuwen Dongfang Nangong Gongsun Duanmu Qiu Shu Bao Zang Ran Geng Chi Min Huo Zuo Chao
    """.split()
)
